import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { copyFolder, COUNTS, type ToyOptions, toySource } from "./_toy_workspace.ts";

const ROOT = new URL("../../", import.meta.url);

const TOY: ToyOptions = { id: "alpha", seeds: [1], datasets: COUNTS };

/** Runs a test in a copy of the workspace whose only experiment is a toy, with the permissions that the tasks have. */
async function withTasks(
  test: (
    root: string,
    task: (...args: string[]) => Promise<{ code: number; out: string; err: string }>,
  ) => Promise<void>,
): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "tasks-" }));
  try {
    for (const name of ["core", "models", "data", "claims", "third_party", "_tools"]) {
      await copyFolder(new URL(name, ROOT), `${root}/${name}`);
    }
    for (const name of ["runner", "report"]) {
      await copyFolder(new URL(`experiments/${name}`, ROOT), `${root}/experiments/${name}`);
    }
    for (const name of ["deno.json", "deno.lock", "experiments"]) {
      await copyFolder(new URL(name, ROOT), `${root}/${name}`, 0);
    }
    await Deno.writeTextFile(`${root}/README.md`, "# Toys\n\n<!-- results -->\n<!-- /results -->\n");
    await Deno.mkdir(`${root}/experiments/toys`);
    const base = new URL("experiments/", ROOT).href;
    await Deno.writeTextFile(`${root}/experiments/toys/alpha.ts`, toySource(TOY).replaceAll(base, "../"));
    await Deno.mkdir(`${root}/.verbatim/cache/counts`, { recursive: true });
    await Deno.writeFile(`${root}/.verbatim/cache/counts/counts.bin`, Uint8Array.of(1, 2, 3));
    await test(root, async (...args) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", ...args],
        cwd: root,
        env: { NO_COLOR: "1" },
      }).output();
      const decoder = new TextDecoder();
      return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("the tasks have the permissions that they need, and ask for no more", () =>
  withTasks(async (root, task) => {
    const trained = await task("reproduce", "--offline");
    assertEquals(trained.code, 0, trained.err);
    assertStringIncludes(trained.out, "1 run: 1 new (unpinned).");
    const pinned = await task("pin", "--reason", "first results");
    assertEquals([pinned.code, pinned.err], [0, ""]);
    assertStringIncludes(await Deno.readTextFile(`${root}/README.md`), "reports/toys/alpha/report.md");
    const verified = await task("verify", "--profile", "full", "--offline", "--workers", "2");
    assertEquals(verified.code, 0, verified.err);
    assertStringIncludes(verified.out, "1 run: 1 reproduced.");
    assertEquals([...Deno.readDirSync(`${root}/.verbatim/tmp`)], []);
    assertEquals((await task("reproduce")).out, "Nothing is stale: 1 run is up to date.\n");
    assertMatch((await task("list")).out, /1\/1 trained, 1\/1 pinned/);
    const compared = await task("diff", "reports", ".verbatim/runs/alpha/full");
    assertEquals([compared.code, compared.err], [0, ""]);
    const claims = await task("claims");
    assertMatch(claims.out, /^\d+ exact checks; [1-9]\d* pages changed\.$/m, claims.err);
    assertMatch(await Deno.readTextFile(`${root}/reports/claims.md`), /^630 sentences/m);
    const outside = await task("diff", "reports", "/");
    assertEquals([outside.code, outside.out], [2, ""]);
    assertStringIncludes(outside.err, 'Cannot compare "/": expected a path in this workspace');
    const data = await task("data", "--list");
    assert(data.code === 0 && /^fashion-mnist /m.test(data.out), data.err);
  }));
