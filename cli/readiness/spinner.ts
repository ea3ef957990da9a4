import spinnerOf from "yocto-spinner";

/** Says on a terminal how far the checks are, and elsewhere nothing. On stderr: stdout is the report's. */
export function progress(): { told(of: number): void; end(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { told: () => {}, end: () => {} };
  const spinner = spinnerOf({ text: "asking Fly", stream: stderr }).start();
  let done = 0;
  return {
    told: (of) => {
      done++;
      spinner.text = `asking Fly: ${done} of ${of}`;
    },
    end: () => {
      spinner.stop();
    },
  };
}
