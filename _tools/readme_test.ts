import { assert, assertEquals } from "@std/assert";

const root = new URL("../", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, root));

Deno.test("every command that README and CONTRIBUTING print is a task of the workspace", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  for (const page of ["README.md", "CONTRIBUTING.md"]) {
    const named = [...(await read(page)).matchAll(/(?:deno|deno@[\d.]+) task ([a-z]+)/g)].map((match) =>
      match[1]!
    );
    assert(named.length > 0, `${page} names no task`);
    for (const name of named) {
      assert(name in tasks, `${page} names the task ${name}, which deno.json does not have`);
    }
  }
});

Deno.test("the README's workflow is the workflow that stands in the repository", async () => {
  const printed = /```yaml\n([\s\S]*?)```/.exec(await read("README.md"))?.[1];
  assertEquals(printed, await read(".github/workflows/verify.yml"));
});

Deno.test("continuous integration runs the README's test command, with one version of Deno everywhere", async () => {
  const pages = await Promise.all(
    ["README.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/verify.yml"].map(read),
  );
  const versions = new Set(
    pages.flatMap((page) => [...page.matchAll(/deno@([\d.]+\d)/g)].map((match) => match[1])),
  );
  assertEquals(versions.size, 1, `versions ${[...versions]}`);
  const command = `npx -y deno@${[...versions][0]} task test`;
  assert(pages[0]!.includes(command));
  assert(pages[2]!.includes(command));
});
