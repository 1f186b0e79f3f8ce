# SPDX-License-Identifier: Apache-2.0
# The program of the tarball: linked with Debian's static libraries where there are some and they are plain C or need
# nothing of C++ that crosses; other libraries that not every distribution has are beside it in lib/vedette.
# libstdc++ stays shared: prometheus-cpp, spdlog and fmt are shared libraries only, and would bring a second one.
add_executable(vedette-portable EXCLUDE_FROM_ALL agent/main.cpp)
target_compile_options(vedette-portable PRIVATE ${VEDETTE_WARNINGS})
target_link_libraries(vedette-portable PRIVATE vedette_commands)
target_link_options(vedette-portable PRIVATE -Wl,-z,relro,-z,now)
set_target_properties(vedette-portable PROPERTIES
  OUTPUT_NAME vedette RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/portable
  INSTALL_RPATH $ORIGIN/../lib/vedette VEDETTE_STATIC ON)

# vedette_prefer_static(TARGET LIBRARY…): in programs with the property VEDETTE_STATIC, these stand for TARGET.
function(vedette_prefer_static target)
  get_target_property(shared ${target} INTERFACE_LINK_LIBRARIES)
  foreach(name ${ARGN})
    find_library(VEDETTE_STATIC_${name} lib${name}.a)
    if(NOT VEDETTE_STATIC_${name})
      return()
    endif()
    list(APPEND static ${VEDETTE_STATIC_${name}})
  endforeach()
  set(wanted $<BOOL:$<TARGET_PROPERTY:VEDETTE_STATIC>>)
  set_target_properties(${target} PROPERTIES
    INTERFACE_LINK_LIBRARIES "$<$<NOT:${wanted}>:${shared}>;$<${wanted}:${static}>")
endfunction()

vedette_prefer_static(PkgConfig::libbpf bpf elf)
vedette_prefer_static(PkgConfig::re2 re2)
vedette_prefer_static(PkgConfig::uuid uuid)

install(TARGETS vedette-portable RUNTIME_DEPENDENCY_SET vedette_libraries
        RUNTIME DESTINATION bin COMPONENT portable EXCLUDE_FROM_ALL)
install(RUNTIME_DEPENDENCY_SET vedette_libraries
        PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|stdc\\+\\+|gcc_s|z|crypto|ssl|systemd|curl|sqlite3)\\.so"
        LIBRARY DESTINATION lib/vedette COMPONENT portable EXCLUDE_FROM_ALL)
