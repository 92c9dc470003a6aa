import { assertEquals } from "@std/assert";

const root = new URL("../../", import.meta.url);

/** The flags of a task of deno.json. */
async function flagsOf(task: string): Promise<string> {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return /--v8-flags=\S+/.exec(tasks[task].command)![0];
}

Deno.test("wide vectors leave the bits of every workload as they are", async () => {
  const flags = await flagsOf("wide");
  assertEquals(await flagsOf("bench-wide"), flags);
  // The first compiler's code is never packed: it is left out, so that all code is what the flags are about.
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    cwd: root,
    args: ["test", "-q", "--no-check", "-P=test", `${flags},--no-liftoff`, "_tools/bench/equal_bits_test.ts"],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals(success, true, text);
});
