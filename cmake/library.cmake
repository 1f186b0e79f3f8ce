# SPDX-License-Identifier: Apache-2.0
# GCC 12 sees overlaps in std::string's operator+ and uninitialised members in copies of std::variant that are not
# there (GCC bugs 105651, 80635).
set(VEDETTE_WARNINGS -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Wno-missing-field-initializers
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-maybe-uninitialized>)

# vedette_library(NAME SOURCES a.cpp … LINKS vedette_base …): one static library a folder, seeing only what it links.
function(vedette_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${VEDETTE_WARNINGS})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/agent)
  target_link_libraries(${name} PUBLIC ${ARG_LINKS})
endfunction()

# vedette_test(NAME SOURCES a.cpp … LINKS vedette_rules …): a GoogleTest program, each test a ctest of its own.
function(vedette_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${VEDETTE_WARNINGS})
  target_compile_definitions(${name} PRIVATE VEDETTE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest_main GTest::gmock)
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST)
endfunction()
