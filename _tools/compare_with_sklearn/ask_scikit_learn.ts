import { fileURLToPath } from "node:url";

/** A number here and there. */
export interface Row {
  readonly method: string;
  readonly quantity: string;
  readonly here: number;
  readonly there: number;
  readonly tolerance: number;
}

/** Whether both are as near as they should be. */
export const agrees = ({ here, there, tolerance }: Row): boolean => Math.abs(here - there) <= tolerance;

/** Has scikit-learn fit the same data. @throws {Error} in one line if there is none. */
export async function askScikitLearn(cases: unknown): Promise<{ version: string; rows: readonly Row[] }> {
  const process = new Deno.Command("/usr/bin/python3", {
    args: ["-W", "ignore", fileURLToPath(new URL("./compare.py", import.meta.url))],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  // A Python without scikit-learn ends before it has read everything: its own words say why.
  const written = writer.write(new TextEncoder().encode(JSON.stringify(cases))).then(() => writer.close())
    .catch(() => {});
  const { success, stdout, stderr } = await process.output();
  await written;
  if (!success) {
    const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    throw new Error(
      `Cannot compare with scikit-learn: expected it in /usr/bin/python3 (Debian: apt-get install python3-sklearn), got ${reason}`,
    );
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}
