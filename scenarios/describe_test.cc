// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
#include "scenarios/describe.h"

#include <optional>
#include <string>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "scenarios/golden_file.h"
#include "scenarios/loader_testing.h"

namespace scenario {
namespace {

TEST(Describe, SaysInWordsWhatAScenarioIs) {
  std::string errors;
  const std::optional<LoadedScenario> scenario = Load(kRight, &errors);
  ASSERT_TRUE(scenario.has_value()) << errors;
  const std::string text = Describe(*scenario);
  EXPECT_EQ(text, ReadGolden("describe.txt", text));
}

TEST(Describe, SaysWhichProgramsConfigureAndWhatHappensToTheMesh) {
  std::string errors;
  const std::string text = absl::StrReplaceAll(
      kRight,
      {{"core: 0 splitting: WG_PAGE",
        R"(program: SYSTEMD_NETWORKD resync_every: "5s" dns_failures: 2 splitting: WHOLE)"},
       {"actions {",
        R"(actions { name: "off" at: "1s" node_leaves { host: "node2" } }
           actions { name: "on" at: "2s" node_joins { host: "node2" } }
           actions { name: "key" at: "3s" every: "1s" times: 2 change_key { host: "node1" } }
           actions { name: "port" at: "4s" change_port { host: "node1" listen_port: 4500 } }
           actions { name: "again" at: "5s" restart_manager { host: "node0" } }
           actions { name: "look" at: "6s" resync_manager { host: "node0" } }
           actions {)"},
       {R"(name: "remove_me" method: REMOVE_ME)", R"(name: "remove_me" program: WG_SYNCCONF)"}});
  const std::optional<LoadedScenario> scenario = Load(text, &errors);
  ASSERT_TRUE(scenario.has_value()) << errors;
  const std::string described = Describe(*scenario);
  EXPECT_EQ(described, ReadGolden("describe_managers.txt", described));
}

TEST(Describe, SaysWhatIsScheduledDrainedAndRebooted) {
  std::string errors;
  const std::string text = absl::StrReplaceAll(
      kRight,
      {{R"(events: 10 move_weight: 1 stop: "9s")",
        R"(schedule { at: "200ms" what: DELETE pods: ["node0/pod3", "node1/pod2"] }
           schedule { at: "300ms" what: ADD count: 2 }
           schedule { at: "400ms" what: MOVE to: "node2" pods: "node1/pod3" } }
           churn { host: "node" pods: "pod" events: 10 burst: 5 start: "8s")"},
       {"actions {",
        R"(actions { name: "drain" at: "1s" drain_node { host: "node2" lasts: "500ms" to: "node" returns_after: "1s" } }
           actions { name: "off" at: "2s" drain_node { host: "node1" } }
           actions { name: "boot" at: "3s" reboot_node { host: "node0" key: FIRST_KEY } }
           actions { name: "two" at: "4s" every: "3s" times: 2 reboot_node { host: "node1" downtime: "1s" order: ADD_DELETE overlap: "1s" } }
           actions {)"}});
  const std::optional<LoadedScenario> scenario = Load(text, &errors);
  ASSERT_TRUE(scenario.has_value()) << errors;
  const std::string described = Describe(*scenario);
  EXPECT_EQ(described, ReadGolden("describe_churn.txt", described));
}

TEST(Describe, SaysWhatAdministratorsTypeAndLookAt) {
  std::string errors;
  const std::string text = absl::StrReplaceAll(
      kRight,
      {{"actions {",
        R"(actions { name: "wg" at: "1s" wg { host: "node0" commands: ["set wg0 listen-port 1", "show wg0"] } }
           actions { name: "file" at: "1s" wg { host: "node0" commands: "setconf wg0" file: "[Interface]\n" } }
           actions { name: "ip" at: "2s" ip { host: "node0" commands: "link set wg7 up" fails: true } }
           actions { name: "ping" at: "3s" every: "1s" times: 2 ping { from: "node0" to: "10.0.0.2" } }
           actions { name: "flood" at: "3s" ping { from: "node0" to: "10.0.0.2" count: 10 flood: true replies: 0 error_from: "10.0.0.9" } }
           actions { name: "send" at: "4s" datagram { from: "node0" to: "node1" address: "10.0.0.2:1111" claim: "it comes" } }
           actions { name: "hear" at: "4s" datagram { to: "node1" address: "10.0.0.2:1112" received: false } }
           actions { name: "show" at: "5s" check { host: "node0" show: "endpoints" is: ["a", "b"] is_not: "c" contains: "d" lacks: "e" lines: 2 words: 3 } }
           actions { name: "count" at: "5s" check { host: "node0" figure: RX_BYTES peer: "{public_key:node1/wg0}" at_least: 1 at_most: 2 } }
           actions { name: "more" at: "6s" check { host: "node0" figure: RX_BYTES since: "count" is: "0" } }
           actions {)"}});
  const std::optional<LoadedScenario> scenario = Load(text, &errors);
  ASSERT_TRUE(scenario.has_value()) << errors;
  const std::string described = Describe(*scenario);
  EXPECT_EQ(described, ReadGolden("describe_script.txt", described));
}

}  // namespace
}  // namespace scenario
