import { describe, expect, test } from "vitest";
import { markup, trusted } from "./html.ts";

describe("markup", () => {
  test("escapes texts in content and in attributes", () => {
    const name = `<script>alert("1" & '2')</script>`;
    const safe = "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;";
    expect(markup`<p title="${name}">${name}</p>`.markup).toBe(`<p title="${safe}">${safe}</p>`);
  });

  test("puts markup in as it is, lists line by line, and numbers", () => {
    const items = ["<", ">"].map((item) => markup`<li>${item}</li>`);
    expect(markup`<ul data-n="${2}">${items}</ul>${trusted("<hr>")}`.markup).toBe(
      '<ul data-n="2"><li>&lt;</li>\n<li>&gt;</li></ul><hr>',
    );
    expect(markup`<ul>${[]}</ul>`.markup).toBe("<ul></ul>");
  });

  test("lets a text say that it is markup, but not be it", () => {
    const forged: unknown = { markup: "<hr>" };
    expect(markup`${JSON.stringify(forged)}`.markup).toBe("{&quot;markup&quot;:&quot;&lt;hr&gt;&quot;}");
  });

  test("replaces what HTML forbids and what turns the line around, and keeps letters of every script", () => {
    expect(markup`${"a\u0000b\u001bc\u009fd\ud800e\u202ef\u2066g"}`.markup).toBe(
      "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg",
    );
    const kept = "tab\tline\nmodèle 模型 نموذج 🦙";
    expect(markup`${kept}`.markup).toBe(kept);
  });
});
