// Asks an endpoint with Comunica and prints the values of the answer: node ask.mjs ENDPOINT bindings|quads|boolean QUERY
// To be started in the folder where Comunica is installed.
import { createRequire } from "node:module";

const { QueryEngine } = createRequire(`${process.cwd()}/`)("@comunica/query-sparql");
const [endpoint, kind, query] = process.argv.slice(2);
const engine = new QueryEngine();
const context = { sources: [{ type: "sparql", value: endpoint }] };

let answer;
if (kind === "boolean") {
  answer = await engine.queryBoolean(query, context);
} else if (kind === "quads") {
  const quads = await (await engine.queryQuads(query, context)).toArray();
  answer = quads.map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]).sort();
} else {
  const rows = await (await engine.queryBindings(query, context)).toArray();
  answer = rows.map((row) => Object.fromEntries([...row].map(([variable, term]) => [variable.value, term.value])));
}
console.log(JSON.stringify(answer));
