import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { withDirectory } from "../_toy_dataset.ts";
import { UsageError } from "./arguments.ts";
import { DATA_COMMAND, mayUseMirror, runWithMirror } from "./mirror.ts";

Deno.test("mayUseMirror refuses what is no mirror", () =>
  withDirectory(async (directory) => {
    assertEquals(await mayUseMirror(directory), true);
    assertEquals(await mayUseMirror("https://example.org/mirror"), true);
    for (const mirror of [`${directory}/none`, "ftp://example.org", "https://"]) {
      await assertRejects(() => mayUseMirror(mirror), UsageError, "expected a folder or a web address");
    }
  }));

Deno.test("a command gets the permission to read the mirror that was named, and no other", () =>
  withDirectory(async (directory) => {
    const mirror = `${directory}/with space`;
    Deno.mkdirSync(mirror);
    Deno.writeTextFileSync(`${mirror}/probe`, "found");
    const probe = fileURLToPath(new URL("_mirror_probe.ts", import.meta.url));
    const { stdout, code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=data", probe, mirror],
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stderr: "inherit",
    }).output();
    assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), ["found", "prompt", "prompt"]);
    assertEquals(code, 0);
  }));

Deno.test("a mirror whose path Deno cannot be told is refused", async () => {
  const run = { script: DATA_COMMAND, permissions: "data", args: [] };
  await assertRejects(
    () => runWithMirror({ ...run, mirror: "/a,b" }),
    UsageError,
    'without commas, got "/a,b"',
  );
});
