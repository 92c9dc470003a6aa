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

/**
 * A server whose answers are written by hand, each connection on its own: a client may open one and then have no request
 * for it, which must not keep the others waiting. All are closed at the end.
 *
 * @param serve Answers one request, given as text, which is not empty.
 */
export async function servingConnections(
  serve: (request: string, connection: Deno.Conn) => Promise<void>,
  test: (address: string) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const close = (connection: Deno.Conn) => {
    if (open.delete(connection)) connection.close();
  };
  const answer = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(8192);
    const count = await connection.read(buffer) ?? 0;
    if (count > 0) await serve(new TextDecoder().decode(buffer.subarray(0, count)), connection);
  };
  const served: Promise<void>[] = [];
  const done = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      // The client may break off too.
      served.push(answer(connection).catch(() => {}).finally(() => close(connection)));
    }
  })();
  try {
    await test(`http://127.0.0.1:${listener.addr.port}`);
  } finally {
    listener.close();
    await done;
    for (const connection of open) close(connection);
    await Promise.all(served);
  }
}
