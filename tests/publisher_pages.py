"""Pages in the manner of the publishers' sites: their markup as one meets it, all words invented."""

PMC = """<!DOCTYPE html><html><head><title>Walking in parks - PMC</title><meta name="citation_title" content="Walking in parks">
<meta name="citation_author" content="Ana Sample"><meta name="citation_doi" content="10.1234/abc.5">
<meta name="citation_publication_date" content="2020 Mar 1"><script>var x = "hidden";</script></head><body>
<header class="ncbi-header">Log in</header><nav><a href="/">Home</a></nav>
<main><article><section class="front-matter"><h1>Walking in parks</h1></section>
<section class="abstract" id="abs1"><h2>Abstract</h2><p>Parks are walked in. They are green.</p></section>
<section id="s1"><h2 class="pmc_sec_title">Background</h2>
<p>Many people walk<sup>[<a href="#R1" class="usa-link">1</a>,<a href="#R2">2</a>]</sup>. Trees are tall (<a href="#F1">Figure 1</a>).</p>
<h3>Trees</h3><p>Soft\u00adhyphens go.</p></section>
<section id="ref-list1" class="ref-list"><h2>References</h2><ul class="ref-list" style="list-style-type:none">
<li id="R1"><span class="label">1.</span>
<cite>Tree T, Leaf L. Of walks. J Parks. 2019;1(2):3–4.</cite> [<a href="https://doi.org/10.1000/xyz1">DOI</a>]
 [<a href="https://pubmed.example/1">PubMed</a>] [<a href="https://scholar.example">Google Scholar</a>]</li>
<li id="R2"><span class="label">2.</span><cite>Bench B. Of sitting. 2018.</cite> [<a href="x">Google Scholar</a>]</li></ul></section>
</article><aside>Similar articles</aside></main><footer>Follow us</footer></body></html>"""

SPRINGER = """<html><head><meta name="dc.title" content="Ponds"></head><body><div class="c-header__menu">Menu of the site</div><main>
<article lang="en"><div class="c-article-header"><header><h1 class="c-article-title">Ponds</h1>
<ul class="c-article-author-list"><li>Mia Pond</li></ul></header></div>
<section data-title="Introduction"><div class="c-article-section"><h2 class="c-article-section__title" id="Sec1">Introduction</h2>
<div class="c-article-section__content"><p>Ponds are wet (Lake and River
<a data-track="click" href="/article/10.1/x#ref-CR1" id="ref-link-1">2001</a>; Sea <a href="#ref-CR2">2002</a>).</p></div></div></section>
<div id="MagazineFulltextArticleBodySuffix"><section data-title="References"><h2 id="Bib1">References</h2>
<ul class="c-article-references"><li class="c-article-references__item js-c-reading-companion-references-item">
<p class="c-article-references__text" id="ref-CR1">Lake, A., &amp; River, B. (2001). Of water. <i>Wet Journal, 1</i>(2), 3–4.</p>
<p class="c-article-references__links u-hide-print">
<a href="https://doi.org/10.1000%2Flake">Article</a> <a href="http://x">Google Scholar</a></p></li>
<li class="c-article-references__item"><p class="c-article-references__text" id="ref-CR2">Sea, C. (2002). Of salt. Salt Press.</p></li>
</ul>
<p class="c-article-references__download"><a href="x.ris">Download references</a></p></section></div></article></main></body></html>"""

PLOS = """<html><body><div class="article-content"><h1 id="artTitle">Birds count</h1><div class="article-text" id="artText">
<div id="section1" class="section toc-section"><a id="sec001" name="sec001" class="link-target"></a><h2>Introduction</h2>
<p>Birds sing [<a href="#pone.0000001.ref001" class="ref-tip">1</a>–<a href="#pone.0000001.ref003" class="ref-tip">3</a>].</p></div>
<div class="toc-section"><h2>References</h2><ol class="references">
<li id="ref1"><span class="order">1. </span><a name="pone.0000001.ref001" id="pone.0000001.ref001" class="link-target">
</a>Wren W (2001) Song. Bird J 1: 2–3.
<ul class="reflinks"><li><a href="x">View Article</a></li><li><a href="y">Google Scholar</a></li></ul></li>
<li id="ref2"><span class="order">2. </span><a name="pone.0000001.ref002" id="pone.0000001.ref002">
</a>Robin R (2002) Red. Bird J 2: 4.</li>
<li id="ref3"><span class="order">3. </span><a name="pone.0000001.ref003" id="pone.0000001.ref003">
</a>Finch F (2003) Seeds. Bird J 3: 5.</li>
</ol></div></div></div></body></html>"""

JMIR = """<html><body><main><h1>Apps for sleep</h1><h3>Introduction</h3><h4>Background</h4>
<p>Sleep apps are many [<span class="footers"><a class="citation-link" href="#ref1" rel="footnote">1</a></span>].</p>
<h4>References</h4><ol><li><span id="ref1">Night N, Day D. Sleeping apps. J Sleep Apps 2020;1:e1
[<a href="https://dx.doi.org/10.2196/12345">CrossRef</a>] [<a href="z">Medline</a>]</span></li>
<li><span id="ref2">Moon M. Light at night and what it does to apps. J Sleep Apps 2021;2:e2 [<a href="f">FREE Full text</a>]</span></li>
</ol>
</main></body></html>"""

WILEY = """<html><body><article><section class="article-section__full"><h1>Soils</h1><h2>1 INTRODUCTION</h2>
<div class="article-section__content"><p>Soil is brown (Loam, <span><a href="#s-bib-0002" class="bibLink tab-link">2016</a></span>).</p>
</div></section>
<section class="article-section article-section__references"><h2>REFERENCES</h2><ul class="rlist separator">
<li data-bib-id="s-bib-0001">
<span class="author">Clay, A.</span> (<span>2015</span>). Of clay. Soil, 1, 2. <div class="extra-links getFTR"><a>Crossref</a></div></li>
<li data-bib-id="s-bib-0002">Loam, B. (2016). Of loam. Soil, 2, 3.</li></ul></section></article></body></html>"""

ELIFE = """<html><body><main><header><h1>Fish swim</h1></header><section id="s1"><header><h2>Introduction</h2></header>
<p>Fish swim (<a href="#bib1">Cod and Ray, 2012</a>).</p></section><section id="references"><header><h2>References</h2></header>
<ol class="reference-list"><li class="reference-list__item"><div class="reference-list__ordinal_number">1</div>
<div class="reference" id="bib1"><ol class="reference__authors_list"><li>A Cod</li><li>B Ray</li></ol> (2012)
<div class="reference__title">Fins</div><div class="reference__origin"><i>Fish J</i> 1:2–3.</div></div></li></ol></section></main></body>
</html>"""

SCIENCEDIRECT = """<html><head><title>Quiet rooms - ScienceDirect</title><meta name="citation_title" content="Quiet
rooms"></head><body>
<header id="gh-cnt">ScienceDirect Journals &amp; Books</header><div role="main"><div class="Outline">Outline <a
href="#sec1">1. Introduction</a></div>
<article role="main"><h1 id="screen-reader-main-title" class="Head u-font-serif"><span class="title-text">Quiet rooms</span></h1>
<div class="AuthorGroups">Ann Able, Bo Best</div><div class="Abstracts u-font-serif"><div class="abstract author"><h2
class="section-title">Abstract</h2><div><p>Rooms are quiet.</p></div></div></div>
<div class="Body u-font-serif"><div><section id="sec1"><h2 class="u-h4">1. Introduction</h2><p
id="p0010">Noise tires people (<a class="anchor u-display-inline anchor-paragraph" href="#bib1" name="bbib1" id="bbib1"
data-xocs-content-type="reference"><span class="anchor-text-container"><span
class="anchor-text">Able, 2010</span></span></a>; <a class="anchor"
href="#bib2" name="bbib2"><span>Best and Cole, 2012</span></a>).</p></section></div></div>
<section class="bibliography u-font-serif text-s" id="cebib0010"><h2 class="section-title u-h4">References</h2><section
class="bibliography-sec" id="cebibsec10"><ol class="references" id="reference-links-cebibsec10">
<li class="bib-reference u-margin-s-bottom"><span class="label u-font-sans"><a class="anchor anchor-primary" href="#bbib1"
id="ref-id-bib1"><span class="anchor-text">Able, 2010</span></a></span><span class="reference" id="sref1"><div
class="contribution"><div class="authors u-font-sans">A. Able</div><div id="ref-id-sref1"
class="title text-m">Noise and tired people</div></div><div class="host u-font-sans">J. Noise, 3 (2) (2010), pp. 11-19, <a
class="anchor" href="https://doi.org/10.1000/noise.1"><span class="anchor-text">10.1000/noise.1</span></a></div><div
class="ReferenceLinks u-font-sans"><a class="anchor link"><span class="anchor-text">View PDF</span></a><a><span
class="anchor-text">View article</span></a><a><span>View in Scopus</span></a><a><span>Google Scholar</span></a></div></span></li>
<li class="bib-reference u-margin-s-bottom"><span class="label u-font-sans"><a class="anchor" href="#bbib2"
id="ref-id-bib2"><span>Best and Cole, 2012</span></a></span><span class="reference" id="sref2"><div class="contribution"><div
class="authors u-font-sans">B. Best, C. Cole</div><div class="title text-m">Rooms for rest</div></div><div
class="host u-font-sans">Rest Press, London (2012)</div><div
class="ReferenceLinks u-font-sans"><a><span>Google Scholar</span></a></div></span></li>
</ol></section></section></article></div><section
class="ListArticles"><h2>Cited by (12)</h2><ul><li>Someone else</li></ul></section></body></html>"""
OXFORD = """<html><body><main><h1 class="wi-article-title article-title-main">Kites and wind</h1><div
class="widget-ArticleFulltext"><h2 class="section-title">Introduction</h2>
<p class="chapter-para">Kites rise (<span class="xrefLink" id="jumplink-ref1"></span><a href="javascript:;" reveal-id="ref1"
data-open="ref1" class="link link-ref link-reveal xref-bibr">Dove 2001</a>).</p>
<h2 class="backreferences-title">References</h2><div class="ref-list js-splitscreen-ref-list"><div
class="js-splitview-ref-item" content-id="ref1"><div class="refLink"><a id="ref1" class="js-splitview-ref-item"
data-id="ref1"></a></div>
<div id="ref-auto-ref1" class="ref-content " data-id="ref1"><div class="mixed-citation citation"><div class="ref false"><div
class="person-group"><div class="name"><div class="surname">Dove</div> <div class="given-names">D</div></div></div> <div
class="year">2001</div> <div class="article-title">How kites rise</div>. <div class="source">Wind Lett</div>. <div
class="volume">7</div>:<div class="fpage">1</div>–<div class="lpage">9</div></div><div class="citation-links"><div
class="adsDoiReference hide"></div><div class="citation-links-compatibility"><span class="googleScholarLinkCT"><a
class="openInAnotherWindow">Google Scholar</a></span><span
class="crossref-doi-link"><a>Crossref</a></span><div><a>Search ADS</a></div></div></div></div></div></div>
<div class="js-splitview-ref-item" content-id="ref2"><div id="ref-auto-ref2" class="ref-content"><div
class="mixed-citation citation"><div class="ref false"><div class="name"><div class="surname">Egret</div> <div
class="given-names">E</div></div> <div class="year">2003</div> <div class="source">Wings</div>. <div
class="publisher-name">Air Press</div></div></div></div></div></div></div></main></body></html>"""
SAGE = """<html><body><main><article><h1 property="name">Slow streets</h1><section
id="abstract"><h2>Abstract</h2><div role="paragraph">Streets slow down.</div></section>
<section id="bodymatter"><section id="sec-1"><h2>Introduction</h2><div role="paragraph">Cars hurry (<a
href="#bibr1-000" role="doc-biblioref" data-xml-rid="bibr1-000">Fern, 2005</a>).</div></section></section>
<section id="backmatter"><section id="bibliography" role="doc-bibliography"><h2>References</h2><div role="list">
<div role="listitem" data-has="label"><div class="citations"><div class="citation" id="bibr1-000"><div
class="citation-content">Fern F (2005) Why cars hurry. <em>Streets</em> 2(1): 5–8.</div><div class="external-links"><div
class="core-xlink-crossref"><a href="https://doi.org/10.1000/st.5">Crossref</a></div><div
class="core-xlink-google-scholar"><a>Google Scholar</a></div></div></div></div></div>
<div role="listitem"><div class="citations"><div class="citation" id="bibr2-000"><div
class="citation-content">Gale G (2006) <em>Slowness</em>. Leeds: Road Press.</div><div
class="external-links"><div><a>Google Scholar</a></div></div></div></div></div>
</div></section></section></article></main></body></html>"""
CAMBRIDGE = """<html><body><div class="article-details"><h1 data-v="1">Bread and towns</h1><div
class="article research-article NLM"><div class="body"><div class="sec" id="s1"><h2>Introduction</h2><p
class="p">Towns bake <sup><a class="xref bibr" href="#ref1"><span
class="show-for-sr">Reference Hill</span><sup>1</sup></a></sup> bread (<span>Reference Iris</span><a class="xref bibr"
href="#ref2">Iris, 2011</a>).</p></div></div></div>
<div id="references-list" class="circle-list"><h2>References</h2><div class="circle-list__item" id="ref1"><div
class="circle-list__item__number"><div class="circle-list__item__number__text">1</div></div><div
class="circle-list__item__grouped"><div class="circle-list__item__grouped__content"><span class="surname">Hill</span>, <span
class="given-names">H</span>. <span class="article-title">Town bakers</span>. <span class="source">Bread J</span> <span
class="year">2009</span>; <span class="volume">4</span>: <span class="fpage">2</span>–<span class="lpage">6</span>.<a
class="aop-lazy-load-openurl">CrossRef</a><a>Google Scholar</a></div></div></div>
<div class="circle-list__item" id="ref2"><div class="circle-list__item__grouped"><div
class="circle-list__item__grouped__content">Iris, I. (2011). Ovens. Oven Press.<a>Google
Scholar</a></div></div></div></div></div></body></html>"""
FRONTIERS = """<html><body><div class="JournalFullText"><div
class="JournalAbstract"><h1>Soft soil</h1><p>Soil is soft.</p></div><div class="JournalFullText"><a
id="h1" name="h1"></a><h2>Introduction</h2><p class="mb15">Worms dig (<a href="#B1">Jay, 2014</a>; <a
href="#B2">Kite et al., 2015</a>).</p>
<a id="h9" name="h9"></a><h2>References</h2><div class="References"><p class="ReferencesCopy1"><a name="B1"
id="B1"></a> Jay, J. (2014). Worms that dig. <i>Front. Soil</i> 3:45. doi: 10.1000/fsoil.2014.00045</p><p
class="ReferencesCopy2"><a href="http://x">PubMed Abstract</a> | <a
href="https://doi.org/10.1000/fsoil.2014.00045">CrossRef Full Text</a> | <a href="http://g">Google Scholar</a></p></div>
<div class="References"><p class="ReferencesCopy1"><a name="B2"
id="B2"></a> Kite, K., Lark, L., and Mole, M. (2015). <i>Soil</i>. Bonn: Erd Press.</p><p class="ReferencesCopy2"><a
href="http://g">Google Scholar</a></p></div></div></div></body></html>"""
MDPI = """<html><body><article><div class="html-article-content"><h1 class="title hypothesis_container">Bright lamps</h1><section
id="sec1"><h2>1. Introduction</h2><div class="html-p">Lamps tire [<a href="#B1-x" class="html-bibr">1</a>,<a href="#B2-x"
class="html-bibr">2</a>].</div></section>
<section id="html-references_list"><h2>References</h2><ol class="html-xxx"><li id="B1-x" class="html-x"
data-content="1.">Nut, N.; Oak, O. Lamps at night. <span class="html-italic">Lights</span> <b>2020</b>, <span
class="html-italic">5</span>, 17. [<a class="google-scholar">Google Scholar</a>] [<a
href="https://doi.org/10.1000/lights5">CrossRef</a>]</li><li id="B2-x" class="html-x"
data-content="2.">Pine, P. Lamps by day; Lux Press: Basel, 2019. [<a>Google
Scholar</a>]</li></ol></section></div></article></body></html>"""
HIGHWIRE = """<html><body><div class="article fulltext-view"><h1>Deep wells</h1><div class="section"
id="sec-1"><h2>Introduction</h2><p>Wells are deep.<a class="xref-bibr" href="#ref-1"><sup>1</sup></a> <a class="xref-bibr"
href="#ref-2"><sup>2</sup></a></p></div>
<div class="section ref-list" id="ref-list-1"><h2>References</h2><ol class="cit-list"><li><span class="ref-label">1.</span><a
class="rev-xref-ref" href="#xref-ref-1-1" title="View reference" id="ref-1">↵</a><div class="cit ref-cit ref-journal"
id="cit-1.1"><div class="cit-metadata"><ol class="cit-auth-list"><li><span class="cit-auth"><span
class="cit-name-surname">Quill</span> <span class="cit-name-given-names">Q</span></span>, </li><li><span class="cit-auth"><span
class="cit-name-surname">Rook</span> <span class="cit-name-given-names">R</span></span></li></ol><cite>. <span
class="cit-article-title">Digging wells</span>. <abbr class="cit-jnl-abbrev">Water</abbr> <span
class="cit-pub-date">1999</span>;<span class="cit-vol">8</span>:<span class="cit-fpage">1</span>–<span
class="cit-lpage">4</span>.</cite></div><div class="cit-extra"><a
class="cit-ref-sprinkles">CrossRef</a><a>PubMed</a><a>Google Scholar</a></div></div></li>
<li><span class="ref-label">2.</span><a class="rev-xref-ref" href="#xref-ref-2-1" id="ref-2">↵</a><div
class="cit ref-cit ref-book" id="cit-1.2"><div class="cit-metadata"><cite>Sand S. Wells. Pump Press, <span
class="cit-pub-date">2001</span>.</cite></div><div
class="cit-extra"><a>Google Scholar</a></div></div></li></ol></div></div></body></html>"""
LATEXML = """<html><body><article class="ltx_document"><h1 class="ltx_title ltx_title_document">Fast sorting</h1><section
class="ltx_section" id="S1"><h2 class="ltx_title ltx_title_section"><span
class="ltx_tag ltx_tag_section">1 </span>Introduction</h2><div class="ltx_para"><p class="ltx_p">Sorting is fast <cite
class="ltx_cite ltx_citemacro_citep">(Tor, <a class="ltx_ref" href="#bib.bib1" title=""><span
class="ltx_text">2018</span></a>; Urn and Vale, <a class="ltx_ref" href="#bib.bib2">2019</a>)</cite>.</p></div></section>
<section class="ltx_bibliography" id="bib"><h2 class="ltx_title ltx_title_bibliography">References</h2><ul
class="ltx_biblist"><li class="ltx_bibitem" id="bib.bib1"><span class="ltx_tag ltx_role_refnum ltx_tag_bibitem">Tor (2018)</span>
<span class="ltx_bibblock">Tim Tor.</span>
<span class="ltx_bibblock">Sorting in time.</span>
<span class="ltx_bibblock"><em>Sorting Letters</em>, 3:1–9, 2018.</span></li>
<li class="ltx_bibitem" id="bib.bib2"><span class="ltx_tag ltx_role_refnum ltx_tag_bibitem">Urn and Vale (2019)</span>
<span class="ltx_bibblock">Ulla Urn and Vic Vale.</span>
<span class="ltx_bibblock">Heaps.</span>
<span class="ltx_bibblock">In <em>Proc. SORT</em>, pages 4–8, 2019.</span></li></ul></section></article></body></html>"""
TANDF = """<html><body><div class="hlFld-Fulltext"><h1><span class="NLM_article-title hlFld-title">Old songs</span></h1><div
id="S0001" class="NLM_sec"><h2 class="section-heading-2">Introduction</h2><p>Songs age (<span class="ref-lnk lazy-ref bibr"><a
data-rid="CIT0001" href="#CIT0001" data-refLink="_i2 CIT0001">Wood, <span>2002</span></a><span
class="ref-overlay scrollable-ref"><span
class="ref-close"></span>Wood, W. (2002). Songs of old. Tune, 1(1), 1–2.</span></span>).</p></div></div>
<div class="tab-pane" id="references-Section"><h2>References</h2><ul class="references numeric-ordered-list"><li
id="CIT0001"><span><span class="hlFld-ContribAuthor">Wood</span>, W. (<span class="NLM_year">2002</span>). <span
class="NLM_article-title">Songs of old</span>. <i>Tune</i>, 1(1), 1–2. <span
class="refLink-block"><a>[Crossref]</a>, <a>[Google Scholar]</a></span></span></li><li
id="CIT0002"><span>Yew, Y. (2004). Tunes. Song Press. <a>[Google Scholar]</a></span></li></ul></div></body></html>"""
NEWPMC = """<html><body class="ncbi"><header class="usa-header">An official website</header><main id="main-content"><section
class="pmc-layout"><article lang="en"><section class="front-matter"><div
class="ameta"><hgroup><h1>Warm soup</h1></hgroup></div></section><section class="body main-article-body"><section class="abstract"
id="abstract1"><h2 class="pmc_sec_title">Abstract</h2><p>Soup warms.</p></section><section id="s1"><h2
class="pmc_sec_title">1. Introduction</h2><p>Cooks know (<a href="#R1"
class="usa-link" aria-describedby="R1">Zorn, 2012</a>).<sup><a href="#R2" class="usa-link">2</a></sup></p></section><section
id="ref-list1" class="ref-list"><h2 class="pmc_sec_title">References</h2><section id="ref-list1_sec2"><ul
class="ref-list font-sm" style="list-style-type:none"><li id="R1"><span
class="label">1.</span><cite>Zorn Z. Warm soup. Food J. 2012;3(4):5–6. doi: 10.1000/soup.1.</cite> [<a
class="usa-link usa-link--external">DOI</a>] [<a class="usa-link">PubMed</a>] [<a class="usa-link">Google Scholar</a>]</li><li
id="R2"><span class="label">2.</span><cite>Ash A. Spoons. Fork Press; 2010.</cite> [<a>Google
Scholar</a>]</li></ul></section></section></section></article></section></main><footer>x</footer></body></html>"""
NEWWILEY = """<html><body><main><article><h1 class="citation__title">Green roofs</h1><section
class="article-section article-section__full"><section class="article-section__content" id="s1"><h2
class="article-section__title section__title section1">1 INTRODUCTION</h2><p>Roofs cool (<span><a href="#rf-bib-0001" id="rf1"
class="bibLink tab-link" data-tab="pane-pcw-references">Birch, 2008</a></span>; <a href="#bib2"
class="bibLink">Cedar &amp; Elm, 2009</a>).</p></section></section><section class="article-section__references"><div
class="article-accordion"><div
class="accordion__control" aria-controls="references-section" role="button"><h2>REFERENCES</h2></div><div
class="accordion__content" id="references-section"><ul class="rlist separator"><li data-bib-id="rf-bib-0001"><span
class="author">Birch, B.</span> (<span class="pubYear">2008</span>). <span
class="articleTitle">Roofs that cool</span>. <i>Roofs</i>, <span class="vol">6</span>, <span class="pageFirst">2</span>–<span
class="pageLast">9</span>.<div class="extra-links getFTR"><a href="/servlet/linkout?key=10.1000/roof"
class="getFTR__btn">10.1000/roof</a><a>Web of Science®</a><a>Google Scholar</a></div></li><li data-bib-id="bib2"
id="bib2"><span class="author">Cedar, C.</span>, &amp; <span
class="author">Elm, E.</span> (2009). <i>Roof books</i>. Tile Press.<div
class="extra-links"><a>Google Scholar</a></div></li></ul></div></div></section></article></main></body></html>"""
