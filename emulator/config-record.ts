/** Parts of a machine's config, in Fly's spelling: what the local Fly acts on. */
export interface Mount {
  volume?: string | undefined;
  name?: string | undefined;
  path: string;
  extend_threshold_percent?: number | undefined;
  add_size_gb?: number | undefined;
  size_gb_limit?: number | undefined;
}

export interface Service {
  internal_port: number;
  ports?: { port?: number | undefined }[] | undefined;
  checks?: Check[] | undefined;
  concurrency?: { soft_limit?: number | undefined; hard_limit?: number | undefined } | undefined;
  autostart?: boolean | undefined;
  autostop?: boolean | "suspend" | undefined;
  min_machines_running?: number | undefined;
}

export interface Check {
  type?: string | undefined;
  port?: number | undefined;
  interval?: string | undefined;
  grace_period?: string | undefined;
}
