// What can go wrong with a call, in one shape: the server's problem document,
// or the absence of any answer.

export interface Fault {
  location?: string;
  code: string;
  message?: string;
  row?: number;
}

interface ProblemDocument {
  code?: string;
  title?: string;
  detail?: string;
  request_id?: string;
  errors?: Fault[];
  [extra: string]: unknown;
}

/** Problem is thrown by every call that was not answered with success. */
export class Problem extends Error {
  constructor(
    /** 0 when no answer came. */
    readonly status: number,
    /** The stable code of the case; "network" when no answer came. */
    readonly code: string,
    readonly faults: Fault[] = [],
    readonly requestId = '',
    /** Milliseconds the server asks to wait before another try. */
    readonly retryAfter = 0,
    /** Further members of the document, such as the receipt of a closed attempt. */
    readonly document: Record<string, unknown> = {},
  ) {
    super(code);
  }

  /** Nothing was decided: the same call may simply be sent again. */
  get transient(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** networkProblem stands for a call that got no answer at all. */
export function networkProblem(): Problem {
  return new Problem(0, 'network');
}

/** problemOf reads the problem document of a response; proxies may answer with something else. */
export async function problemOf(response: Response): Promise<Problem> {
  let document: ProblemDocument = {};
  try {
    document = (await response.json()) as ProblemDocument;
  } catch {
    // Not JSON: the status alone must do.
  }
  return new Problem(
    response.status,
    document.code ?? `http_${response.status}`,
    document.errors ?? [],
    document.request_id ?? response.headers.get('X-Request-Id') ?? '',
    waitOf(response.headers.get('Retry-After')),
    document,
  );
}

function waitOf(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return Math.max(0, seconds * 1000);
  return Math.max(0, Date.parse(header) - Date.now()) || 0;
}

/** asProblem turns anything thrown into a Problem, so that screens know one type. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'unexpected', [], '', 0, { error: String(error) });
}
