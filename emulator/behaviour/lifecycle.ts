import type { Behaviour } from "./index.ts";

/** Lifecycle verbs and wait. */
export const lifecycle: readonly Behaviour[] = [
  {
    number: 59,
    grade: "observed",
    claim: 'start on stopped → 200 {previous_state:"stopped",migrated:false,new_host:""}',
  },
  {
    number: 60,
    grade: "observed",
    claim:
      "start while created (image pulling) → 412 err(\"failed_precondition: unable to start machine from current state: 'created'\")",
  },
  {
    number: 61,
    grade: "observed",
    claim: 'start during update → 412 err("failed_precondition: machine getting replaced, refusing to start")',
  },
  {
    number: 62,
    grade: "observed",
    claim:
      'start immediately after stop (GET says stopped) → may be 412 "machine still active, refusing to start", then 200 on retry',
  },
  {
    number: 63,
    grade: "observed",
    claim: 'stop on started → 200 {"ok":true}; goes stopping → stopped; events stop/exit with requested_stop',
  },
  { number: 64, grade: "observed", claim: "stop on stopped → 200 (no-op)" },
  { number: 65, grade: "observed", claim: 'stop {signal:"SIGFOO"} → 400' },
  {
    number: 66,
    grade: "observed",
    claim: "suspend ≤2 GB Machine → suspended; start resumes; stop of suspended drops memory image → stopped",
  },
  {
    number: 67,
    grade: "observed",
    claim: "cordon twice → 200 both; cordoned Machine gets no proxy traffic but answers on .internal",
  },
  { number: 68, grade: "observed", claim: "restart → restarting → started, same version" },
  {
    number: 69,
    grade: "observed",
    claim: 'GET M/wait default → waits for started ≤60 s → 200 {ok:true,state:"started"}',
  },
  {
    number: 70,
    grade: "observed",
    claim:
      'wait timeout expires → 408 err("deadline_exceeded: machine failed to reach desired state, started, currently stopped")',
  },
  {
    number: 71,
    grade: "observed",
    claim:
      'wait timeout=90 (or 120) → 400 err("invalid_argument: invalid WaitMachineRequest.Timeout: value must be inside range [1s, 1m0s]")',
  },
  { number: 72, grade: "observed", claim: "wait state=stopped&state=suspended (repeated) → either satisfies" },
  { number: 73, grade: "observed", claim: "wait state=destroyed after deletion → 200 or, later, 404" },
  { number: 74, grade: "observed", claim: 'wait on just-created Machine → occasional 404 "machine not found"' },
  {
    number: 75,
    grade: "observed",
    claim: "wait version=<old> state=started after update → does not succeed on the new version",
  },
  { number: 76, grade: "observed", claim: "wait state=settled → returns when no transition pending" },
  {
    number: 77,
    grade: "observed",
    claim:
      "Process exits 1 with on-failure → restarted ≤10 times then stopped; no → stopped; always → restarted even on 0",
  },
];
