# SPDX-License-Identifier: Apache-2.0
# bash: commands and options as `vedette --help` and `vedette COMMAND --help` tell them.

_vedette_commands() {
  "$1" --help 2>/dev/null | sed -n '/^Subcommands:/,$ s/^  \([a-z]\+\) .*/\1/p'
}

_vedette() {
  local cur prev words cword
  _init_completion -s || return
  local command=
  if ((cword > 1)); then
    command=${words[1]}
  fi
  case $prev in
    --config | --alerts | --junit) _filedir && return ;;
    --rules | --state) _filedir -d && return ;;
    --probes) mapfile -t COMPREPLY < <(compgen -W 'auto trampoline tracepoint' -- "$cur") && return ;;
    --metrics) mapfile -t COMPREPLY < <(compgen -W '127.0.0.1:9477 off' -- "$cur") && return ;;
  esac
  if [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_vedette_commands "$1") --help --version" -- "$cur")
  elif [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_parse_help "$1" "$command --help")" -- "$cur")
  else
    _filedir
  fi
} && complete -F _vedette vedette
