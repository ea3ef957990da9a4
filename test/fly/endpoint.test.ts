import { expect, test } from "vitest";
import { endpointProblem } from "../../fly/endpoint.ts";

test.each([
  "https://api.machines.dev",
  "https://fly.example.com/v1",
  "http://127.0.0.1:4280",
  "http://127.8.8.8:1",
  "http://localhost:8080/v1",
  "http://[::1]:9",
  "http://_api.internal:4280",
])("a token may go to %s", (address) => {
  expect(endpointProblem(address)).toBeUndefined();
});

test.each([
  ["http://api.machines.dev", /plain http.*https/],
  ["http://127.0.0.1.example.com", /plain http/],
  ["http://localhost.example.com", /plain http/],
  ["http://user@example.com", /plain http/],
  ["ftp://127.0.0.1", /https/],
  ["api.machines.dev", /not an address/],
  ["", /not an address/],
])("no token goes to %j", (address, message) => {
  expect(endpointProblem(address)).toMatch(message);
});
