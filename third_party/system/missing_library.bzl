"""What @system has in the place of a library that is not installed: an error that says what to install."""

def _missing_library_impl(ctx):
    fail("the Debian package %s is not installed: run tools/test, or apt-get install %s && bazel sync --configure" %
         (ctx.attr.package, ctx.attr.package))

missing_library = rule(
    implementation = _missing_library_impl,
    attrs = {"package": attr.string(mandatory = True)},
    provides = [CcInfo],
)
