/** What one entry of load is made by; its devices are the virtual users. */
export interface LoadPlan {
  /** As the scenario names it: relative to its file. */
  script: string;
  vus: number;
  /** When its users begin, and by when the last of them has gone. */
  from: number;
  until: number;
  env: Readonly<Record<string, string>>;
}
