# SPDX-License-Identifier: Apache-2.0
# What is installed where, the .deb, and the program of the tarball. Components: program, data (of both), debian (of the
# .deb alone), portable (of the tarball alone).
set(VEDETTE_PACKAGING ${PROJECT_SOURCE_DIR}/packaging)
set(VEDETTE_PACKAGED ${PROJECT_BINARY_DIR}/packaging)

# vedette_compressed(NAME SOURCE): SOURCE with the version put in, as VEDETTE_PACKAGED/NAME.gz.
function(vedette_compressed name source)
  configure_file(${source} ${VEDETTE_PACKAGED}/${name} @ONLY)
  add_custom_command(OUTPUT ${VEDETTE_PACKAGED}/${name}.gz DEPENDS ${VEDETTE_PACKAGED}/${name}
                     COMMAND gzip -9nc ${VEDETTE_PACKAGED}/${name} > ${VEDETTE_PACKAGED}/${name}.gz VERBATIM)
  set_property(GLOBAL APPEND PROPERTY VEDETTE_COMPRESSED ${VEDETTE_PACKAGED}/${name}.gz)
endfunction()

execute_process(COMMAND git -C ${PROJECT_SOURCE_DIR} log -1 --format=%cD
                OUTPUT_VARIABLE VEDETTE_DATE OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
vedette_compressed(vedette.1 ${VEDETTE_PACKAGING}/man/vedette.1)
vedette_compressed(vedette.yaml.5 ${VEDETTE_PACKAGING}/man/vedette.yaml.5)
vedette_compressed(changelog ${VEDETTE_PACKAGING}/deb/changelog)
get_property(compressed GLOBAL PROPERTY VEDETTE_COMPRESSED)
add_custom_target(packaging ALL DEPENDS ${compressed})

target_link_options(vedette PRIVATE -Wl,-z,relro,-z,now)
install(TARGETS vedette RUNTIME DESTINATION bin COMPONENT program)

install(DIRECTORY rules DESTINATION share/vedette COMPONENT data)
if(EXISTS ${PROJECT_SOURCE_DIR}/dashboards)
  install(DIRECTORY dashboards/grafana dashboards/prometheus DESTINATION share/vedette/dashboards COMPONENT data)
endif()
install(FILES ${VEDETTE_PACKAGING}/vedette.yaml DESTINATION /etc/vedette COMPONENT data)
install(DIRECTORY DESTINATION /etc/vedette/rules.d COMPONENT data)
install(FILES ${VEDETTE_PACKAGING}/logrotate DESTINATION /etc/logrotate.d RENAME vedette COMPONENT data)
install(FILES ${VEDETTE_PACKAGING}/vedette.service DESTINATION lib/systemd/system COMPONENT data)
install(FILES ${VEDETTE_PACKAGED}/vedette.1.gz DESTINATION share/man/man1 COMPONENT data)
install(FILES ${VEDETTE_PACKAGED}/vedette.yaml.5.gz DESTINATION share/man/man5 COMPONENT data)
install(FILES ${VEDETTE_PACKAGING}/completions/vedette.bash DESTINATION share/bash-completion/completions
        RENAME vedette COMPONENT data)
install(FILES ${VEDETTE_PACKAGING}/completions/_vedette DESTINATION share/zsh/vendor-completions COMPONENT data)
install(FILES ${VEDETTE_PACKAGING}/completions/vedette.fish DESTINATION share/fish/vendor_completions.d COMPONENT data)

install(FILES ${VEDETTE_PACKAGED}/changelog.gz ${VEDETTE_PACKAGING}/deb/copyright DESTINATION share/doc/vedette
        COMPONENT debian EXCLUDE_FROM_ALL)

if(NOT CMAKE_CROSSCOMPILING)
  include(${CMAKE_CURRENT_LIST_DIR}/portable.cmake)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY ${VEDETTE_PACKAGED})
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_INSTALL_CMAKE_PROJECTS)
foreach(component program data debian)
  list(APPEND CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};vedette;${component};/")
endforeach()
set(CPACK_PACKAGE_CONTACT "Vedette developers <vedette@example.com>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS procps)  # the unit's ExecReload=/bin/kill
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS logrotate)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${VEDETTE_PACKAGING}/deb/conffiles ${VEDETTE_PACKAGING}/deb/postinst ${VEDETTE_PACKAGING}/deb/prerm
    ${VEDETTE_PACKAGING}/deb/postrm)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"eBPF monitor of MCP servers
Watches, from the kernel, who reaches into the MCP (Model Context Protocol)
servers that AI clients start on this machine, and what those servers reach
out to: reads of their environment and memory, ptrace, stolen descriptors,
core dumps, unexpected destinations. Rules are Sigma, alerts are JSON.")
if(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()
include(CPack)
