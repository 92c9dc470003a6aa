import { assert, assertEquals, assertRejects } from "@std/assert";
import { withDirectory } from "../_toy_dataset.ts";
import { DebianPackages } from "./debian.ts";
import { withStandIns } from "./_stand_ins.ts";
import { SourceFailure } from "./events.ts";

/**
 * Runs a test with stand-ins for apt-get and dpkg-deb first in PATH. They write their arguments to a log; apt-get
 * knows packages only after an update unless `knows` is set, and dpkg-deb "extracts" one file and a link.
 */
function withDebian(
  knows: boolean,
  test: (folder: string, log: () => string[]) => Promise<void>,
): Promise<void> {
  return withDirectory((directory) =>
    withStandIns(`${directory}/bin`, {
      "apt-get": `echo "$4 $5 $6" >> "${directory}/log"
       case "$4" in
         update) [ ${knows} = true ] || echo "W: Failed to fetch lists" >&2; touch "${directory}/updated";;
         download)
           if [ "$5" = broken ] || { [ ! -e "${directory}/updated" ] && [ ${knows} = false ]; }; then
             echo "W: a warning" >&2; echo "E: Unable to locate package $5" >&2; exit 100
           fi
           if [ -n "$6" ]; then echo "'http://deb.example/toy' toy_1.0_all.deb 1234 SHA256:00"
          else cp "$3" "$5_1.0_all.deb"; fi;;
       esac`,
      "dpkg-deb": `echo "extract" >> "${directory}/log"
       mkdir -p "$3/usr" && cp "$2" "$3/usr/file" && ln -s "${directory}/log" "$3/usr/link"`,
    }, () => test(`${directory}/own`, () => Deno.readTextFileSync(`${directory}/log`).trim().split(/ *\n/)))
  );
}

// The stand-ins are shell scripts.
const ignore = Deno.build.os === "windows";

Deno.test({
  name: "DebianPackages downloads and extracts a package once",
  ignore,
  fn: () =>
    withDebian(true, async (folder, log) => {
      const packages = new DebianPackages(folder);
      const reports: [number, number | null][] = [];
      const [first, second] = await Promise.all([
        packages.files("toy", (...report) => reports.push(report)),
        packages.files("toy"),
      ]);
      const archive = await first.read("/usr/file", 10_000);
      assertEquals(reports.at(-1), [archive.length, 1234]);
      assertEquals(first, second);
      // A link is no file of the package, and is not followed out of it.
      await assertRejects(() => first.read("/usr/link", 100), SourceFailure, "leads out of the package");
      assertEquals((await first.list("/")).map(({ name }) => name), ["usr/file"]);
      assertEquals(log(), ["download toy --print-uris", "download toy", "extract"]);
      packages.close();
      await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
    }),
});

Deno.test({
  name: "DebianPackages fetches package lists into its own folder where the system has none",
  ignore,
  fn: () =>
    withDebian(false, async (folder, log) => {
      const packages = new DebianPackages(folder);
      const extracted = await packages.files("toy");
      const fetching = ["download toy --print-uris", "download toy", "extract"];
      assertEquals(log(), [fetching[0], "update", ...fetching]);
      // The stand-in's archive is the configuration that apt was given: every folder that it may write to is ours.
      const configuration = new TextDecoder().decode(await extracted.read("/usr/file", 10_000));
      for (const setting of ["Dir::State ", "Dir::State::lists ", "Dir::Cache "]) {
        const line = configuration.split("\n").find((text) => text.startsWith(setting));
        assert(line?.startsWith(`${setting}"${folder}/`), `${setting}: ${line}`);
      }
      packages.close();
    }),
});

Deno.test({
  name: "DebianPackages works on one package after the other, and fetches lists once",
  ignore,
  fn: () =>
    withDebian(false, async (folder, log) => {
      const packages = new DebianPackages(folder);
      await Promise.all([packages.files("toy"), packages.files("other")]);
      assertEquals(log().filter((line) => line === "update").length, 1);
      assertEquals(log().slice(-3), ["download other --print-uris", "download other", "extract"]);
      packages.close();
    }),
});

Deno.test({
  name: "DebianPackages passes on what apt complains of",
  ignore,
  fn: () =>
    withDebian(true, async (folder) => {
      const packages = new DebianPackages(folder);
      await assertRejects(
        () => packages.files("broken"),
        SourceFailure,
        "apt-get failed: Unable to locate package broken",
      );
      packages.close();
    }),
});

Deno.test({
  name: "DebianPackages says that the lists could not be fetched, where that is why",
  ignore,
  fn: () =>
    withDebian(false, async (folder) => {
      const packages = new DebianPackages(folder);
      await assertRejects(
        () => packages.files("broken"),
        SourceFailure,
        "apt-get update failed: Failed to fetch lists",
      );
      packages.close();
    }),
});

Deno.test({
  name: "DebianPackages says that a machine has no apt-get",
  ignore,
  fn: () =>
    withDirectory((directory) =>
      withStandIns(`${directory}/bin`, {}, async () => {
        const packages = new DebianPackages(`${directory}/own`);
        await assertRejects(() => packages.files("toy"), SourceFailure, "this machine has no apt-get");
        packages.close();
      }, "alone")
    ),
});
