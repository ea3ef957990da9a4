import type { Behaviour } from "./index.ts";

/** Lifecycle verbs and wait. */
export const lifecycle: readonly Behaviour[] = [
  { number: 59, grade: "observed", claim: "Start of what is stopped is 200 and tells the state before" },
  { number: 60, grade: "observed", claim: "Start while the image is pulled is 412" },
  {
    number: 61,
    grade: "observed",
    claim: 'Start during an update is 412 "machine getting replaced, refusing to start"',
  },
  {
    number: 62,
    grade: "observed",
    claim: 'Start right after a stop is 412 "machine still active", though the machine reads stopped; then 200',
  },
  {
    number: 63,
    grade: "observed",
    claim: "Stop is 200, goes through stopping, and its exit event says that it was asked for",
  },
  { number: 64, grade: "observed", claim: "Stop of what is stopped is 200" },
  { number: 65, grade: "observed", claim: "Stop with an unknown signal is 400" },
  {
    number: 66,
    grade: "observed",
    claim: "2 GB or less can be suspended; start resumes; stop of a suspended machine ends stopped",
  },
  { number: 67, grade: "observed", claim: "Cordoning twice is 200 twice, and the machine runs on" },
  { number: 68, grade: "observed", claim: "Restart goes through restarting to started in the same version" },
  { number: 69, grade: "observed", claim: "A wait without more is for started, and is 200 with the state" },
  {
    number: 70,
    grade: "observed",
    claim: "A wait whose time is over is 408 with the state wished for and the one that is",
  },
  { number: 71, grade: "observed", claim: "A wait of more than 60 s or less than 1 s is 400" },
  { number: 72, grade: "observed", claim: "A wait for several states ends with either" },
  { number: 73, grade: "observed", claim: "A wait for destroyed is 200, and 404 once the machine is forgotten" },
  { number: 74, grade: "observed", claim: "A wait for a machine made a moment ago may be 404" },
  { number: 75, grade: "observed", claim: "A wait for an old version is not content with the new one" },
  { number: 76, grade: "assumed", claim: "A wait for settled ends when nothing more is on its way" },
  {
    number: 77,
    grade: "observed",
    claim: "restart on-failure tries ten times after a failure, no never, always also after exit code 0",
  },
];
