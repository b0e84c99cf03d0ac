/** By what an inbox is heard: a topic, or a webhook. */
export interface Ear {
  /** It is heard now. */
  readonly isListening: boolean;
  /** It was, at any time. */
  readonly wasListening: boolean;
  /** Why not all that came was heard; null where it was. */
  readonly deaf: string | null;
  /** Fulfilled when the run may begin, with what a target that takes orders is told of it. */
  ready(): Promise<object>;
  end(): Promise<void>;
}
