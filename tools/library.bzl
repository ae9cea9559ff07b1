"""The scenarios of the library as tests."""

load(":wgsim_scenario_test.bzl", "wgsim_scenario_test")

# Beside each scenario X.textproto, its baseline, if it has one.
_BASELINE = "baselines/%s.json"

def wgsim_library_tests(name, scenarios, baselines, settings = {}, data = []):
    """A wgsim_scenario_test NAME_scenario_test for each scenario, and NAME.txt, the list of them.

    Args:
      name: a test_suite of them all, but for those with the tag manual.
      scenarios: files, from glob.
      baselines: files, from glob: baselines/X.json belongs to X.textproto.
      settings: for some of the scenarios, by path without extension, what else wgsim_scenario_test takes.
      data: what every scenario may need.
    """
    stems = [scenario[:-len(".textproto")] for scenario in scenarios]
    for stem in settings:
        if stem not in stems:
            fail("there is no scenario %s, for which there are settings" % stem)
    for baseline in baselines:
        if baseline[len("baselines/"):-len(".json")] not in stems:
            fail("there is no scenario for " + baseline)
    for stem in stems:
        arguments = dict(crypto = "modelled", size = "medium")
        baseline = _BASELINE % stem
        if baseline in baselines:
            arguments["baseline"] = baseline
        arguments.update(settings.get(stem, {}))
        wgsim_scenario_test(
            name = stem + "_scenario_test",
            scenario = stem + ".textproto",
            data = data,
            **arguments
        )
    native.test_suite(
        name = name,
        tests = [
            stem + "_scenario_test"
            for stem in stems
            if "manual" not in settings.get(stem, {}).get("tags", [])
        ],
    )
    native.genrule(
        name = name + "_list",
        outs = [name + ".txt"],
        cmd = "printf '%%s\\n' %s > $@" % " ".join(stems),
        visibility = ["//tools:__pkg__"],
    )
