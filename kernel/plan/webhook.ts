/** Where somebody else's platform can reach us by HTTP: it is called a webhook on their side. */
export interface WebhookPlan {
  /** An address of this machine. */
  host: string;
  /** 0 for any that is free. */
  port: number;
  /** Begins with a slash. */
  path: string;
  /** Whoever calls must bear it; empty where anybody may. */
  token: string;
}
