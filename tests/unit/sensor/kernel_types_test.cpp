// SPDX-License-Identifier: Apache-2.0
// Against the running kernel's own BTF.
#include "sensor/kernel_types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette::sensor {
namespace {

using testing::HasSubstr;

class KernelTypesTest : public testing::Test {
 protected:
  std::string trouble(std::string_view function, std::string_view arguments) {
    Status status = types_->check(function, arguments);
    return status ? "" : status.error().message;
  }

  Result<KernelTypes> types_ = KernelTypes::load();
};

TEST_F(KernelTypesTest, TakesAFunctionAsItIs) {
  ASSERT_TRUE(types_) << types_.error().message;
  EXPECT_EQ(trouble("ptrace_may_access", "task_struct*, int"), "");
  EXPECT_EQ(trouble("ptrace_may_access", "*, _"), "");
}

TEST_F(KernelTypesTest, TellsOtherArguments) {
  EXPECT_EQ(trouble("ptrace_may_access", "inode*, int"), "takes (task_struct*, int) here, not (inode*, int)");
  EXPECT_THAT(trouble("ptrace_may_access", "task_struct*"), HasSubstr("takes (task_struct*, int)"));
  EXPECT_THAT(trouble("ptrace_may_access", "task_struct*, int, int"), HasSubstr("takes (task_struct*, int)"));
  EXPECT_THAT(trouble("ptrace_may_access", "task_struct*, *"), HasSubstr("takes (task_struct*, int)"));
}

TEST_F(KernelTypesTest, TellsAMissingFunction) {
  EXPECT_EQ(trouble("no_such_function", "int"), "is not a function of this kernel");
}

// A structure is no function.
TEST_F(KernelTypesTest, TakesFunctionsOnly) {
  EXPECT_EQ(trouble("task_struct", "int"), "is not a function of this kernel");
}

}  // namespace
}  // namespace vedette::sensor
