// SPDX-License-Identifier: Apache-2.0
// The parts of an OCSF finding that tell who did what to whom.
#pragma once

#include "output/known.h"

namespace vedette::output {

// One object `evidences` for each event, and one for who opened the descriptor that was used.
OrderedJson ocsf_evidences(const Alert& alert);

// Names, pids, paths and addresses of the evidences, each value once.
OrderedJson ocsf_observables(const OrderedJson& evidences);

// The `uid` of the nth event of a correlation, also of its evidence.
std::string ocsf_event_uid(const Alert& alert, size_t n);

}  // namespace vedette::output
