import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ToyOptions, ToyWorkspace } from "./_toy_workspace.ts";

const TOY: ToyOptions = { id: "alpha", seeds: [1], steps: 120, pauseMs: 2 };
const RUN = ".verbatim/runs/alpha/full/1";

/** Numbers in [0, 1) that are the same at every run of the tests. */
function* draws(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 0x100000000;
  }
}

function names(toys: ToyWorkspace): string[] {
  return [...Deno.readDirSync(toys.path(RUN))].map(({ name }) => name).sort();
}

/** Waits until a stream of a process has told a text; false if it ends without. */
async function hears(stream: ReadableStream<Uint8Array>, text: string): Promise<boolean> {
  let told = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    told += part;
    if (told.includes(text)) return true;
  }
  return false;
}

Deno.test("a run that is killed at random moments leaves the record of one that was left alone", async () => {
  await using alone = await ToyWorkspace.make(TOY);
  assertEquals((await alone.runApart("reproduce")).code, 0);
  const expected = await alone.read(`${RUN}/record.json`);
  const random = draws(7);
  let kills = 0;
  let resumed = 0;
  for (let round = 0; round < 2; round++) {
    await using toys = await ToyWorkspace.make(TOY);
    for (let attempt = 0; attempt < 8; attempt++) {
      const child = toys.start({}, "reproduce");
      const [early, late] = child.stderr.tee();
      const text = new Response(late).text();
      const begun = await hears(early, "is stale");
      // From the start of the worker to well after the first training.
      const delay = begun ? 1000 * random.next().value : 1e6;
      const timer = setTimeout(() => child.kill("SIGKILL"), delay);
      const [{ success }, told] = await Promise.all([child.status, text, child.stdout.cancel()]);
      clearTimeout(timer);
      if (told.includes("resumed after step")) resumed++;
      if (success) break;
      kills++;
    }
    const { code, err } = await toys.runApart("reproduce");
    assertEquals(code, 0, err);
    assertEquals(await toys.read(`${RUN}/record.json`), expected);
    assertEquals(names(toys), [
      ".lock",
      "aux.safetensors",
      "inputs.json",
      "main.safetensors",
      "notes.json",
      "record.json",
    ]);
  }
  assert(kills >= 3, `only ${kills} kills`);
  assert(resumed >= 1, "no run was resumed");
});

Deno.test("a damaged checkpoint is discarded and the record is the same", async () => {
  await using alone = await ToyWorkspace.make(TOY);
  await alone.runApart("reproduce");
  await using toys = await ToyWorkspace.make(TOY);
  const child = toys.start({}, "reproduce");
  const path = toys.path(RUN, "aux.checkpoint");
  while (!await Deno.stat(path).then(() => true, () => false)) {
    await new Promise((done) => setTimeout(done, 20));
  }
  child.kill("SIGKILL");
  await child.output();
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1]! ^= 4;
  await Deno.writeFile(path, bytes);
  const { code, err } = await toys.runApart("reproduce");
  assertEquals(code, 0);
  assertStringIncludes(err, "alpha full seed 1 aux: discarded a checkpoint, it is damaged\n");
  assertEquals(await toys.read(`${RUN}/record.json`), await alone.read(`${RUN}/record.json`));
});

Deno.test("an interrupted command says that it goes on from there, and does", async () => {
  await using toys = await ToyWorkspace.make(TOY);
  const child = toys.start({}, "reproduce");
  const [early, late] = child.stderr.tee();
  assert(await hears(early, "aux: "));
  child.kill("SIGINT");
  const [{ code }, told] = await Promise.all([
    child.status,
    new Response(late).text(),
    child.stdout.cancel(),
  ]);
  assertEquals(code, 130);
  assertStringIncludes(
    told,
    "Interrupted. Finished runs and checkpoints are kept: the same command goes on from there.\n",
  );
  const again = await toys.runApart("reproduce");
  assertEquals(again.code, 0);
  assertStringIncludes(again.err, "alpha full seed 1 aux: resumed after step ");
});

Deno.test("an interrupted verify leaves nothing behind", async () => {
  await using toys = await ToyWorkspace.make(TOY);
  const child = toys.start({}, "verify", "--profile", "full");
  const [early, late] = child.stderr.tee();
  assert(await hears(early, "aux: "));
  assertEquals([...Deno.readDirSync(toys.path(".verbatim/tmp"))].length, 1);
  child.kill("SIGTERM");
  const [{ code }, told] = await Promise.all([
    child.status,
    new Response(late).text(),
    child.stdout.cancel(),
  ]);
  assertEquals(code, 130);
  assertStringIncludes(told, "Interrupted: nothing was kept.\n");
  assertEquals([...Deno.readDirSync(toys.path(".verbatim/tmp"))], []);
});

Deno.test("two commands at one time do each run once and agree", async () => {
  await using toys = await ToyWorkspace.make(TOY);
  const results = await Promise.all([toys.runApart("reproduce"), toys.runApart("reproduce")]);
  for (const { code, err } of results) assertEquals(code, 0, err);
  const told = results.map(({ err }) => err).join("");
  assertEquals(told.split("aux: 100%").length - 1, 1, told);
  assertStringIncludes(told, "alpha full seed 1 waiting for another process that does this run");
});
