// Runs the query of the editor's form and shows the answer as a table. Without this script the form posts as it is.
"use strict";
(() => {
  const form = document.getElementById("query-form");
  const answer = document.getElementById("answer");
  const LIMIT = 1000;

  const element = (name, text) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const say = (...nodes) => answer.replaceChildren(...nodes);

  // Only http and https become links, and they lead to this server's own account of the IRI.
  const cell = (term) => {
    const made = element("td");
    if (!term) return made;
    if (term.type === "uri" && /^https?:\/\//i.test(term.value)) {
      const link = element("a", term.value);
      link.href = "/resource?iri=" + encodeURIComponent(term.value);
      made.append(link);
    } else {
      const words = element("bdi", term.value);
      made.append(words);
    }
    return made;
  };

  const table = (result) => {
    const shown = result.results.bindings.slice(0, LIMIT);
    const made = element("table");
    const head = made.createTHead().insertRow();
    for (const name of result.head.vars) {
      const title = element("th", name);
      title.scope = "col";
      head.append(title);
    }
    const body = made.createTBody();
    for (const row of shown) {
      const line = body.insertRow();
      for (const name of result.head.vars) line.append(cell(row[name]));
    }
    const total = result.results.bindings.length;
    const note = total > LIMIT ? `the first ${LIMIT} of ${total} rows` : `${total} ${total === 1 ? "row" : "rows"}`;
    const scroll = element("div");
    scroll.className = "scroll";
    scroll.tabIndex = 0;
    scroll.append(made);
    say(element("p", note), scroll);
  };

  const warn = (text) => {
    const shown = element("p", text);
    shown.className = "warning";
    shown.setAttribute("role", "alert");
    say(shown);
  };

  const problem = async (response) => {
    let text = `${response.status} ${response.statusText}`;
    try {
      const told = (await response.json()).error;
      text = `${told.title}: ${told.detail}`;
    } catch {
      // The answer was no JSON; the status has to do.
    }
    warn(text);
  };

  // An answer that breaks off ends with a line that says why, if the browser gives the end away; a header may say it too.
  const received = async (response) => {
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return text;
        text += decoder.decode(value, { stream: true });
      }
    } catch (error) {
      const marker = text.lastIndexOf("\n!!! ");
      const cut = response.headers.get("Answer-Cut");
      if (marker >= 0) throw new Error(text.slice(marker + 5).trim());
      throw cut ? new Error(`This answer is cut: ${cut}`) : error;
    }
  };

  const run = async () => {
    say(element("p", "Running…"));
    const response = await fetch("/sparql", {
      method: "POST",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/sparql-results+json, text/turtle;q=0.9, application/json;q=0.1",
      },
      body: new URLSearchParams({ query: form.elements.query.value }),
    });
    if (!response.ok) return problem(response);
    const type = response.headers.get("Content-Type") || "";
    const text = await received(response);
    if (!type.includes("json")) return say(element("pre", text));
    const result = JSON.parse(text);
    if ("boolean" in result) return say(element("p", result.boolean ? "Yes" : "No"));
    return table(result);
  };

  form.addEventListener("submit", (event) => {
    if (form.elements.format.value !== "json") return;
    event.preventDefault();
    run().catch((error) => warn(`There is no whole answer. ${error.message}`));
  });
})();
