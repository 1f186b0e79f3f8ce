// SPDX-License-Identifier: Apache-2.0
#include "commands/options.h"

int main(int argc, char** argv) { return vedette::commands::dispatch(argc, argv); }
