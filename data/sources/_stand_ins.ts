/**
 * Runs a test with shell scripts in the place of commands: first in PATH or, "alone", with nothing else in it.
 *
 * Scripts that are alone have the shell's own commands only.
 */
export async function withStandIns(
  bin: string,
  scripts: Readonly<Record<string, string>>,
  test: () => Promise<void>,
  alone?: "alone",
): Promise<void> {
  Deno.mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(scripts)) {
    Deno.writeTextFileSync(`${bin}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const path = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", alone ? bin : `${bin}:${path}`);
  try {
    await test();
  } finally {
    Deno.env.set("PATH", path);
  }
}
