namespace NGpt.Lab.Reports.Html;

/// <summary>The style of a page.</summary>
internal static class PageStyle
{
    /// <summary>
    /// The style sheet. It has no character that XML would encode: HTML does not decode the content of a style element.
    /// The backgrounds of pictures are those of <see cref="Figures.Plotting.FigureColors"/>.
    /// </summary>
    public const string Text = """

        :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1f2328; --quiet: #57606a; --line: #d8dee4; --accent: #0072b2; --warn: #fff5e5; --warn-line: #e0a13b; }
        @media (prefers-color-scheme: dark) { :root { --page: #0d1117; --card: #161b22; --text: #e6edf3; --quiet: #9da7b3; --line: #30363d; --accent: #56b4e9; --warn: #2a2113; --warn-line: #b07a24; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
        header, main, footer { max-width: 75rem; margin: 0 auto; padding: 0 1rem; }
        header { padding-top: 2.5rem; }
        h1 { margin: 0; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.3rem); line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; }
        h2 { margin: 0 0 0.75rem; font-size: 1.35rem; line-height: 1.3; letter-spacing: -0.01em; }
        h3 { margin: 0; font-size: 1.05rem; line-height: 1.4; }
        p { margin: 0 0 1rem; max-width: 50rem; }
        ul { margin: 0; padding-left: 1.2rem; }
        li { margin: 0 0 0.4rem; }
        a { color: var(--accent); }
        .origin-line { margin: 0.5rem 0 0; max-width: none; color: var(--quiet); font-size: 0.9rem; }
        .summary { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.75rem 0 0; }
        .summary section { margin: 0; flex: 1 1 19rem; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: 0.6rem; background: var(--card); }
        .summary h2 { font-size: 1.1rem; margin-bottom: 0.5rem; }
        .summary .findings { flex-grow: 2; border-top: 3px solid var(--accent); }
        .summary .cautions { background: var(--warn); border-color: var(--warn-line); border-top: 3px solid var(--warn-line); font-size: 0.95rem; }
        nav { margin: 1.5rem 0 0; font-size: 0.95rem; }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; }
        nav a { display: inline-block; padding: 0.3rem 0; }
        main section { margin: 2.75rem 0 0; }
        .results { display: flex; flex-wrap: wrap; gap: 1.25rem; margin: 1.25rem 0 0; align-items: flex-start; }
        figure { flex: 1 1 min(100%, 33rem); max-width: 50rem; min-width: 0; margin: 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 0.6rem; background: var(--card); }
        figcaption p { margin: 0.25rem 0 0.75rem; color: var(--quiet); font-size: 0.95rem; }
        figure:has(details[open]) { flex-basis: 100%; max-width: none; }
        .table { overflow-x: auto; }
        .table:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        img { display: block; width: 100%; max-width: 45rem; height: auto; margin: 0 auto; }
        details { margin-top: 0.5rem; border-top: 1px solid var(--line); }
        summary { padding: 0.6rem 0 0; color: var(--quiet); font-size: 0.9rem; cursor: pointer; }
        details .table { max-height: 26rem; overflow-y: auto; margin-top: 0.5rem; }
        .result { flex: 0 1 auto; max-width: 100%; }
        table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.4; overflow-wrap: normal; }
        caption { text-align: left; padding: 0 0 0.4rem; font-weight: 600; }
        details caption { font-weight: 400; color: var(--quiet); }
        th, td { padding: 0.35rem 1.1rem 0.35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; max-width: 22rem; }
        thead th { border-bottom-width: 2px; vertical-align: bottom; }
        tbody th { font-weight: 400; }
        th.number, td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        thead th.number { white-space: normal; min-width: 5.5rem; }
        .identifier { white-space: nowrap; }
        footer { margin-top: 3.5rem; padding-top: 1.5rem; padding-bottom: 3rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.9rem; }
        footer h2 { font-size: 1.1rem; color: var(--text); }
        dl { margin: 0; }
        dl div { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: 0.25rem 1rem; padding: 0.2rem 0; }
        dt { color: var(--quiet); }
        dd { margin: 0; color: var(--text); }
        code { font: 0.95em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        @media (max-width: 30rem) { figure { padding: 0.9rem 0.75rem; } dl div { grid-template-columns: 1fr; gap: 0; } main section { margin-top: 2.25rem; }
            .result { flex-basis: 100%; }
            .labelled, .labelled caption, .labelled tbody, .labelled tr, .labelled th, .labelled td { display: block; }
            .labelled thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
            .labelled tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
            .labelled th, .labelled td { max-width: none; padding: 0.1rem 0; border: 0; text-align: left; white-space: normal; overflow-wrap: anywhere; }
            .labelled th { font-weight: 600; }
            .labelled tbody th, .labelled td { display: grid; grid-template-columns: 45% 1fr; gap: 0.75rem; }
            .labelled tbody th::before, .labelled td::before { content: attr(data-label); color: var(--quiet); font-weight: 400; } }
        @media print { body { background: none; } figure, .summary section { break-inside: avoid; } details { display: none; } }

        """;
}
