/** What we call of AWS IoT's own client for devices, which comes without types. */
declare module 'aws-iot-device-sdk' {
  import type { EventEmitter } from 'node:events';

  export interface Options {
    host: string;
    port: number;
    clientId: string;
    username: string;
    password: string;
    enableMetrics: boolean;
    caCert: Buffer;
    clientCert: Buffer;
    privateKey: Buffer;
  }

  export interface Job {
    id: string;
    operation: string;
    document: Readonly<Record<string, unknown>>;
    status: { status: string };
    inProgress(details: object, done: (error?: Error) => void): void;
    failed(details: object, done: (error?: Error) => void): void;
    succeeded(details: object, done: (error?: Error) => void): void;
  }

  export interface Client extends EventEmitter {
    subscribe(topics: string | string[], options: object, done: () => void): void;
    publish(topic: string, text: string, options: object, done: () => void): void;
    end(force: boolean, done?: () => void): void;
  }

  export interface Jobs extends Client {
    subscribeToJobs(
      thing: string,
      operation: string,
      heard: (error: Error | null, job: Job | null) => void,
    ): void;
    startJobNotifications(thing: string, done: (error?: Error) => void): void;
  }

  export interface ThingShadow extends Client {
    register(thing: string, options: object, done: () => void): void;
    update(thing: string, state: object): string | null;
    get(thing: string): string | null;
  }

  const sdk: {
    jobs(options: Options): Jobs;
    thingShadow(options: Options): ThingShadow;
  };
  export default sdk;
}
