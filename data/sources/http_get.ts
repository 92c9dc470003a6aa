import { reasonOf, SourceFailure } from "./events.ts";

/** A failure that a further attempt may cure. */
export class TransientFailure extends SourceFailure {
  /** How long the server asks to be left alone. */
  readonly waitMs: number;

  /** `waitMs`: 0 unless the server said. */
  constructor(message: string, waitMs = 0) {
    super(message);
    this.waitMs = waitMs;
  }
}

/** A failure to reach the host at all. */
export class UnreachableFailure extends TransientFailure {}

/** The server has no such file. */
export class NotThere extends SourceFailure {}

const MAX_REDIRECTS = 10;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/**
 * One GET request: follows redirects, but not from https to http, and not to what is no web address.
 *
 * @returns an answer with status 200, 206 or 416.
 * @throws {SourceFailure} for every other answer, and if there is none.
 */
export async function httpGet(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  let address = new URL(url);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetchOnce(address, headers, signal);
    if ([200, 206, 416].includes(response.status)) return response;
    await response.body?.cancel();
    if (!REDIRECTS.includes(response.status)) throw failureOf(response);
    address = redirectTarget(address, response.headers.get("location"));
  }
  throw new SourceFailure(`more than ${MAX_REDIRECTS} redirects`);
}

async function fetchOnce(
  address: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(address, { headers, signal, redirect: "manual" });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof Deno.errors.NotCapable) {
      throw new SourceFailure(`this command may not reach ${address.host} (permissions "net" in deno.json)`);
    }
    const reason = reasonOf(error);
    if (!/certificate/i.test(reason)) throw new UnreachableFailure(reason);
    // The next attempt would meet the same certificate; often it is that of a proxy that the system knows.
    throw new SourceFailure(`${reason} (DENO_TLS_CA_STORE=system takes the system's certificates)`);
  }
}

/** Where a redirect leads. @throws {SourceFailure} if it is not followed. */
export function redirectTarget(from: URL, location: string | null): URL {
  const to = URL.parse(location ?? "", from);
  if (location === null || to === null || !["http:", "https:"].includes(to.protocol)) {
    throw new SourceFailure(`redirected to no web address (${location ?? "none was given"})`);
  }
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw new SourceFailure(`redirected from https to ${to.origin}, which is not secure`);
  }
  return to;
}

function failureOf({ status, statusText, headers }: Response): SourceFailure {
  const message = `HTTP ${status} ${statusText}`.trim();
  if (status === 404 || status === 410) return new NotThere(message);
  const curable = status >= 500 || status === 429 || status === 408;
  return curable ? new TransientFailure(message, retryAfterMs(headers)) : new SourceFailure(message);
}

/** How long `Retry-After` asks to wait: seconds, or until a date. */
function retryAfterMs(headers: Headers): number {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? 0 : Math.max(0, date - Date.now());
}
