/** The module of grafana/xk6-mqtt, as far as scripts here use it; @types/k6 does not know it. */
declare module 'k6/x/mqtt' {
  export interface ClientOptions {
    client_id?: string;
    username?: string;
    password?: string;
    clean_session?: boolean;
    keepalive?: number;
  }

  export interface PublishOptions {
    qos?: 0 | 1 | 2;
    retain?: boolean;
  }

  export class Client {
    constructor(options?: ClientOptions);
    connect(url: string): void;
    on(event: 'connect', listener: () => void): void;
    on(event: 'message', listener: (topic: string, payload: ArrayBuffer) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'end', listener: () => void): void;
    subscribe(topics: string | string[], options?: { qos?: 0 | 1 | 2 }): void;
    publishAsync(
      topic: string,
      payload: string | ArrayBuffer,
      options?: PublishOptions,
    ): Promise<void>;
    end(): void;
  }
}
