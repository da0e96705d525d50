"""The page's style sheet: one column, system fonts, light and dark, and print."""

from __future__ import annotations

from trialist.render.figures.palette import DARK_STYLE, FIGURE_STYLE

_BASE = """
:root{--ink:#1c1d1f;--quiet:#5b6066;--paper:#fff;--rule:#dfe2e5;--soft:#f5f6f7;--link:#0b5c94}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 system-ui,-apple-system,
'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1080px;margin:0 auto;padding:48px 28px 96px}
p,ul,dl,h1,h2,h3,figcaption,details>pre{max-width:72ch}
h1{font-size:1.75rem;line-height:1.25;font-weight:650;margin:0 0 1.1rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;font-weight:650;margin:3.2rem 0 .8rem}
h3{font-size:1rem;font-weight:650;margin:1.6rem 0 .4rem;overflow-wrap:anywhere}
p,li,figcaption{overflow-wrap:anywhere}
p{margin:.5rem 0}
ul{padding-left:1.2em;margin:.4rem 0}
li{margin:.25rem 0}
.study{color:var(--quiet);margin:0 0 .3rem}
.verdict{font-size:1.13rem;margin:1rem 0 .3rem}
.note,.setup,.empty,figcaption{color:var(--quiet);font-size:.92rem}
.setup{margin-top:1.4rem}
figure{margin:0}
figcaption{margin-top:.7rem;color:var(--ink)}
.fig{display:block;width:100%;height:auto;overflow:visible}
.narrow{display:none}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.92rem}
th,td{padding:.35rem 1.1rem .35rem 0;vertical-align:baseline;white-space:nowrap}
td.text:first-child{white-space:normal;overflow-wrap:anywhere;min-width:9em;max-width:24em}
th{font-weight:600;color:var(--quiet);border-bottom:1px solid var(--rule)}
td{border-bottom:1px solid var(--rule)}
.number{text-align:right}.text{text-align:left}
dl{display:grid;grid-template-columns:fit-content(45%) minmax(0,1fr);gap:.2rem 1.4rem;
margin:.4rem 0;font-size:.92rem}
dt{color:var(--quiet);overflow-wrap:anywhere}dd{margin:0;overflow-wrap:anywhere}
pre,code{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace;
font-size:.86rem}
pre{background:var(--soft);padding:.6rem .8rem;margin:.4rem 0;overflow-x:auto;line-height:1.45}
details{margin:.5rem 0}summary{cursor:pointer}
details>pre{max-height:20rem}
a{color:var(--link)}
p span[title]{text-decoration:underline dotted var(--quiet);text-underline-offset:.25em}
"""
_NARROW = """
@media screen and (max-width:700px){
body{font-size:16px}
main{padding:28px 16px 64px}
h1{font-size:1.4rem}
.wide{display:none}.narrow{display:block;max-width:460px}
}
"""
_DARK = """
@media screen and (prefers-color-scheme:dark){
:root{--ink:#e6e7e8;--quiet:#a4abb2;--paper:#15171a;--rule:#2f3338;--soft:#1f2226;--link:#7cc0f2}
"""
_PRINT = """
@media print{
@page{margin:18mm 16mm}
body{font-size:10.5pt}
main{padding:0;max-width:none}
figure,table,pre{break-inside:avoid}
h2,h3{break-after:avoid}
h2{margin-top:2rem}
.scroll{overflow:visible}
table{font-size:7.5pt}th,td{padding-right:.5rem;white-space:normal}
#data{display:none}
}
"""
PAGE_STYLE = f"{_BASE}{FIGURE_STYLE}{_NARROW}{_DARK}{DARK_STYLE}}}{_PRINT}"
