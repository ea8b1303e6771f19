/**
 * The shapes of the API as api/openapi.json describes them.
 * `npm run gen:api` writes this file; do not edit it by hand once it does.
 */
export interface components {
  schemas: {
    Ref: { id: string; name: string };
    Role: { role: string; unit: components['schemas']['Ref'] };
    Account: {
      id: string;
      kind: string;
      name: string;
      login?: string;
      roles: components['schemas']['Role'][];
      unit?: components['schemas']['Ref'];
      class?: components['schemas']['Ref'];
      language?: string;
    };
    Session: {
      access_token: string;
      token_type: string;
      expires_in: number;
      account: components['schemas']['Account'];
    };
    MyAttempt: { id: string; number: number; state: string; score?: number };
    Round: {
      id: string;
      name: string;
      kind: string;
      state: string;
      slug: string;
      opens_at?: string;
      closes_at?: string;
      duration_s: number;
      questions: number;
      prediction: boolean;
      leaderboard: string;
      division?: components['schemas']['Ref'];
      my_attempts: components['schemas']['MyAttempt'][];
      attempts_left: number;
      review: string;
    };
    Contest: {
      id: string;
      title: string;
      slug: string;
      state: string;
      rounds: components['schemas']['Round'][];
      rules_html?: string;
      server_time: string;
    };
    Option: { id: string; html: string };
    Question: {
      id: string;
      number: number;
      type: string;
      stem_html: string;
      options?: components['schemas']['Option'][];
      points?: number;
      unit?: string;
      placeholder?: string;
    };
    SavedAnswer: { question_id: string; seq: number; response: unknown };
    Saved: {
      saved: { question_id: string; seq: number; late?: boolean }[];
      server_time: string;
      deadline: string;
    };
    Receipt: { code: string; answered: number; submitted_at: string; sheet_sha256: string };
    Outcome: { score: number; max: number; correct: number; total: number; rank?: number };
    Submitted: {
      state: string;
      receipt: components['schemas']['Receipt'];
      score?: number;
    };
    Attempt: {
      id: string;
      round_id: string;
      number: number;
      state: string;
      started_at: string;
      deadline: string;
      server_time: string;
      grace_ms: number;
      duration_s: number;
      round: { id: string; name: string; contest_id: string; contest_title: string };
      questions: components['schemas']['Question'][];
      answers: components['schemas']['SavedAnswer'][];
      save_token: string;
      held_elsewhere: boolean;
      review: string;
      result?: components['schemas']['Outcome'];
      receipt?: components['schemas']['Receipt'];
    };
    Reviewed: {
      id: string;
      number: number;
      type: string;
      stem_html: string;
      options?: components['schemas']['Option'][];
      response?: unknown;
      correct_response?: unknown;
      correct?: boolean;
      points: number;
      max: number;
      explanation_html?: string;
      citation?: string;
    };
    Review: { questions: components['schemas']['Reviewed'][]; score: number; max: number };
    BoardLine: {
      rank: number;
      name: string;
      unit: string;
      score: number;
      correct: number;
      duration_ms: number;
      me: boolean;
    };
    Board: {
      version: number;
      as_of: string;
      state: string;
      frozen_since?: string;
      total: number;
      items: components['schemas']['BoardLine'][];
      next_cursor?: string;
    };
    BoardMe: {
      place?: components['schemas']['BoardLine'];
      around: components['schemas']['BoardLine'][];
    };
    HelpList: {
      items: { name: string; phone?: string; url?: string; note?: string; checked_on?: string }[];
    };
  };
}
