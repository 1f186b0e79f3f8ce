# SPDX-License-Identifier: Apache-2.0
# fish: commands and options as `vedette --help` and `vedette COMMAND --help` tell them.

function __vedette_commands
    vedette --help 2>/dev/null | sed -n '/^Subcommands:/,$ s/^  \([a-z]\+\)  *\(.*\)/\1\t\2/p'
end

function __vedette_options
    set -l words (commandline -opc)
    vedette $words[2] --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*' | sort -u
end

complete -c vedette -n '__fish_is_nth_token 1' -f -a '(__vedette_commands)'
complete -c vedette -n 'not __fish_is_nth_token 1; and string match -q -- "-*" (commandline -ct)' -f -a '(__vedette_options)'
complete -c vedette -n '__fish_prev_arg_in --probes' -f -a 'auto trampoline tracepoint'
