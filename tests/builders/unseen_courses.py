"""Courses in the manner of many years and tools, each with counts that a person made by hand.

They stand for courses nobody has tried yet: what one of them shows wrong is a fault of the reader, not of the course.
"""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class UnseenCourse:
    """A course by its files. ``counts`` holds what is not zero; ``answers`` maps a problem to right answers.

    A right answer is the text of the options, or what is typed, by input id.
    """

    name: str
    files: dict[str, str | bytes]
    counts: dict[str, int]
    key: str
    title: str
    unsupported: tuple[str, ...] = ()
    warnings: frozenset[str] = frozenset()
    answers: dict[str, dict[str, str | list[str]]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Write all files below ``folder`` and return it."""
        for path, content in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        for path, goal in self.links.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).symlink_to(goal)
        return folder


def _numerical(answer: str, label: str = "How many?") -> str:
    return (
        f'<problem display_name="Number"><p>{label}</p><numericalresponse answer="{answer}">'
        "<formulaequationinput/></numericalresponse></problem>"
    )


STUDIO_2014 = UnseenCourse(
    name="studio-2014",
    key="edX+DemoX",
    title="Demonstration Course",
    files={
        "course.xml": '<course url_name="Demo_Course" org="edX" course="DemoX"/>\n',
        "course/Demo_Course.xml": """<course advanced_modules="[&quot;poll&quot;]" display_name="Demonstration Course"
          start="2013-02-05T05:00:00Z" tabs='[{"type": "courseware"}]'>
          <chapter url_name="d8a6192ade314473a78242dfeedfbf5b"/><chapter url_name="hidden"/>
          <wiki slug="edX.DemoX"/><textbook title="T" book_url="https://example.org/book/"/>
          </course>""",
        "chapter/d8a6192ade314473a78242dfeedfbf5b.xml": """<chapter display_name="Introduction">
          <sequential url_name="edx_introduction"/></chapter>""",
        "chapter/hidden.xml": """<chapter display_name="Staff" visible_to_staff_only="true" hide_from_toc="true"
          start="2035-01-01T00:00:00Z"><sequential url_name="staff"/></chapter>""",
        "sequential/staff.xml": '<sequential display_name="S"><vertical url_name="staff_unit"/></sequential>',
        "vertical/staff_unit.xml": '<vertical><html url_name="staff_text" filename="staff_text"/></vertical>',
        "html/staff_text.xml": '<html filename="staff_text" display_name="Notes"/>',
        "html/staff_text.html": "<p>For staff.</p>",
        "sequential/edx_introduction.xml": """<sequential display_name="Demo Course Overview" format="Homework"
          graded="true" due="2035-05-01T00:00:00+00:00"><vertical url_name="v1"/><vertical url_name="v2"/></sequential>""",
        "vertical/v1.xml": """<vertical display_name="Video and text">
          <video url_name="vid"/><html url_name="030e35c4756a4ddc8d40b95fbbfff4d4"/></vertical>""",
        "vertical/v2.xml": """<vertical display_name="Talk">
          <discussion url_name="talk"/>
          <discussion url_name="inline" display_name="Inline discussion"/>
          <discussion url_name="other" xblock-family="xblock.v1" discussion_category="Week 1" discussion_target="Q"/>
          <problem url_name="choose"/><problem url_name="image"/><word_cloud url_name="wc"/></vertical>""",
        "video/vid.xml": """<video url_name="vid" display_name="Welcome" youtube="0.75:aaaaaaaaaaa,1.00:b7xgknqkQk8,1.25:ccccccccccc"
          youtube_id_1_0="b7xgknqkQk8" sub="b7xgknqkQk8" download_video="false" html5_sources="[]">
          <source src="https://example.org/welcome.mp4"/></video>""",
        "static/subs_b7xgknqkQk8.srt.sjson": '{"start": [0, 1500], "end": [1500, 3000], "text": ["Hello.", "Bye."]}',
        "html/030e35c4756a4ddc8d40b95fbbfff4d4.xml": '<html filename="030e35c4756a4ddc8d40b95fbbfff4d4" display_name="Blank"/>',
        "html/030e35c4756a4ddc8d40b95fbbfff4d4.html": '<p>Seen &amp; read <img src="/static/images_logo.png" alt="x"/></p>',
        "discussion/talk.xml": """<discussion discussion_category="Week 1" discussion_id="edx_demo" display_name="Talk"
          discussion_target="Topic"/>""",
        "problem/choose.xml": """<problem display_name="Multiple Choice" markdown="&gt;&gt;Which?&lt;&lt;&#10;( ) a" weight="2.0"
          showanswer="answered" max_attempts="null" rerandomize="never">
          <p>Which one is a country?</p><multiplechoiceresponse>
          <choicegroup label="Which one is a country?" type="MultipleChoice"><choice correct="false">Africa</choice>
          <choice correct="true">India</choice><choice correct="false">Paris</choice></choicegroup>
          </multiplechoiceresponse><solution><div class="detailed-solution"><p>India.</p></div></solution></problem>""",
        "problem/image.xml": """<problem display_name="Pointing"><imageresponse><imageinput src="/static/images_logo.png" width="1"
          height="1" rectangle="(1,1)-(2,2)"/></imageresponse></problem>""",
        "word_cloud/wc.xml": '<word_cloud display_name="Words" num_inputs="3"/>',
        "drafts/vertical/d1.xml": '<vertical display_name="Draft" parent_sequential_url="i4x://x" index_in_children_list="0"><problem url_name="d2"/></vertical>',
        "drafts/problem/d2.xml": _numerical("1"),
        "static/images_logo.png": b"\x89PNG",
        "static/sub/folder/file name.pdf": b"%PDF-1.4",
        "static/.DS_Store": b"x",
        "tabs/syllabus.html": "<p>Syllabus</p>",
        "info/updates.html": "<ol></ol>",
        "about/short_description.html": "A short description",
        "about/overview.html": "<section class='about'><h2>About</h2></section>",
        "policies/Demo_Course/policy.json": '{"course/Demo_Course": {"display_name": "Demonstration Course", "graceperiod": ""}}',
        "policies/Demo_Course/grading_policy.json": '{"GRADER": [{"type": "Homework", "min_count": 1, "drop_count": 0, "weight": 1.0}], "GRADE_CUTOFFS": {"Pass": 0.6}}',
        "policies/assets.json": "{}",
        "assets/assets.xml": "<assets/>",
    },
    counts={"modules": 2, "lessons": 2, "units": 3, "items": 9, "problems": 2, "responses": 2, "videos": 1,
            "html": 2, "discussions": 3, "assets": 3},
    unsupported=("problem", "word_cloud"),
    warnings=frozenset({"staff_only"}),
    answers={"choose": {"q1": ["India"]}},
    shown={"inline": "", "030e35c4756a4ddc8d40b95fbbfff4d4": "Seen &amp; read"},
)  # fmt: skip

BY_HAND_2012 = UnseenCourse(
    name="by-hand-2012",
    key="MITx+6.00x",
    title="Introduction to Computer Science",
    files={
        "roots/2012_Fall.xml": '<course org="MITx" course="6.00x" url_name="2012_Fall"/>',
        "course/2012_Fall.xml": """<course>
          <!-- <chapter url_name="never"/> -->
          <chapter url_name="Week_1"><videosequence url_name="L1" format="Lecture Sequence">
            <videoalpha url_name="S1V1" youtube="0.75:aaaaaaaaaaa,1.0:bbbbbbbbbbb,1.25:ccccccccccc,1.50:ddddddddddd"/>
            <problem url_name="l1:p1"/>
            <customtag page="12" slug="book_1" impl="book"/>
            <slides page="3" slug="sl" impl="slides"/>
          </videosequence>
          <problemset url_name="PS1" graded="true" format="Problem Set"><problem url_name="ps/one" rerandomize="never"/>
            <problem filename="old_way" slug="old_way" name="Old way"/></problemset>
          </chapter>
          <chapter url_name="Week_2"><vertical url_name="alone"><html url_name="plain:page"/><video url_name="dup" youtube="1.0:eeeeeeeeeee"/></vertical>
            <sequential url_name="quiz"><html>A &lt; B and <b>bold</b></html></sequential></chapter>
          <course_info url_name="info"/></course>""",
        "problem/l1/p1.xml": _numerical("3.14", "Pi &mdash; roughly&nbsp;?"),
        "problem/ps/one.xml": """<problem><startouttext/><p>Sky?</p><endouttext/><stringresponse answer="Blue" type="ci">
          <textline size="20"/></stringresponse></problem>""",
        "problem/old_way.xml": """<problem><script type="loncapa/python">
            n = 4.0
            a = n * 2.5
          </script><text>What is $n times 2.5?</text><numericalresponse answer="$a"><responseparam type="tolerance" default="1%"/>
          <textline/></numericalresponse></problem>""",
        "html/plain/page.html": "<p>Caf\xe9 by hand</p>".encode("latin-1"),
        "custom_tags/book": '<a href="/book/$page">Book</a>',
        "policies/2012_Fall.json": """{"course/2012_Fall": {"display_name": "Introduction to Computer Science", "graceperiod": "1 day"},
          "chapter/Week_1": {"display_name": "Week one", "start": "2012-10-01T00:00"}, "problem/l1:p1": {"display_name": "Finger exercise"}}""",
        "policies/grading_policy.json": '{"GRADER": [{"type": "Problem Set", "min_count": 1, "drop_count": 0, "weight": 1}], "GRADE_CUTOFFS": {"A": 0.85, "C": 0.55}}',
        "static/images/a/b.png": b"\x89PNG",
        ".git/HEAD": "ref: refs/heads/master",
        ".gitignore": "*.pyc",
        "README.md": "# 6.00x",
    },
    links={"course.xml": "roots/2012_Fall.xml"},
    counts={"modules": 2, "lessons": 1, "units": 1, "items": 9, "problems": 3, "responses": 3, "videos": 2,
            "html": 2, "assets": 1},
    unsupported=("customtag", "slides"),
    warnings=frozenset({"bad_encoding"}),
    answers={"l1-p1": {"q1": "3.14"}, "ps-one": {"q1": "BLUE"}, "old_way": {"q1": "10"}},
    shown={"plain-page": "Café by hand"},
)  # fmt: skip

NO_COURSE_XML = UnseenCourse(
    name="roots-only",
    key="HarvardX+CS50",
    title="CS50",
    files={
        "cs50-2013/roots/2013.xml": '<course org="HarvardX" course="CS50" url_name="2013"/>',
        "cs50-2013/course/2013.xml": '<course display_name="CS50"><sequential url_name="top"/></course>',
        "cs50-2013/sequential/top.xml": '<sequential display_name="Top"><vertical><html url_name="one"/></vertical><html url_name="two"/></sequential>',
        "cs50-2013/html/one.html": "\ufeff<p>One</p>\r\n",
        "cs50-2013/html/two.xml": "<html>\r\n<p>Two</p>\r\n</html>\r\n",
        "__MACOSX/cs50-2013/roots/._2013.xml": b"\x00\x05\x16\x07",
        "cs50-2013/._course.xml": b"\x00\x05\x16\x07",
    },
    counts={"lessons": 1, "units": 1, "items": 2, "html": 2},
    shown={"one": "<p>One</p>", "two": "<p>Two</p>"},
)  # fmt: skip

ONE_FILE = UnseenCourse(
    name="one-file",
    key="UniX+ONE",
    title="Ünï-Kurs",
    files={
        "course.xml": """\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<course org="UniX" course="ONE" url_name="r" display_name="Ünï-Kurs">\r
          <chapter display_name="A"><vertical display_name="directly in a chapter"><html display_name="x"><![CDATA[<p>From <b>CDATA</b></p>]]></html></vertical>\r
          <sequential display_name="s"><vertical><poll_question display_name="Poll"><p>?</p><answer id="a">A</answer></poll_question>\r
          <poll url_name="newpoll" question="Q" xblock-family="xblock.v1"/><problem display_name="cb"><choiceresponse><label>Even?</label><checkboxgroup>\r
          <choice correct="true">2</choice><choice correct="false">3</choice><choice correct="true">4</choice></checkboxgroup></choiceresponse>\r
          <stringresponse answer="yes" type="ci"><label>Sure?</label><textline/></stringresponse></problem></vertical></sequential></chapter>\r
          <vertical display_name="straight in the course"><discussion for="All" id="x1"/><html><p>Zwei&nbsp;Wörter</p></html></vertical>\r
          <chapter display_name="Empty"/>\r
          </course>\r\n""",
        "static/Größe und Maß.png": b"\x89PNG",
        "static/deep/er/datei mit leerzeichen.txt": b"x",
    },
    counts={"modules": 2, "lessons": 1, "units": 3, "items": 6, "problems": 1, "responses": 2, "html": 2,
            "discussions": 1, "assets": 2},
    unsupported=("poll", "poll_question"),
    answers={"problem-cb": {"q1": ["2", "4"], "q2": "Yes"}},
    shown={"html-x": "<p>From <b>CDATA</b></p>"},
)  # fmt: skip

LIBRARIES_2024 = UnseenCourse(
    name="libraries-2024",
    key="OpenX+LIB24",
    title="Banks",
    files={
        "course/course.xml": '<course url_name="2024" org="OpenX" course="LIB24"/>',
        "course/course/2024.xml": '<course display_name="Banks" language="en"><chapter url_name="c"/></course>',
        "course/chapter/c.xml": '<chapter display_name="C" highlights="[]"><sequential url_name="s"/></chapter>',
        "course/sequential/s.xml": '<sequential display_name="S"><vertical url_name="v"/></sequential>',
        "course/vertical/v.xml": """<vertical display_name="V"><library_content url_name="lc"/><itembank url_name="ib"/>
          <split_test url_name="st"/><lti_consumer url_name="lti" xblock-family="xblock.v1" display_name="Tool"/>
          <drag-and-drop-v2 url_name="dnd" xblock-family="xblock.v1" data="{&quot;zones&quot;: []}" display_name="Drag"/>
          <edx_sga url_name="sga" xblock-family="xblock.v1" display_name="Upload"/>
          <google-document url_name="gd" xblock-family="xblock.v1" display_name="Doc"/>
          <recommender url_name="rec" xblock-family="xblock.v1"/>
          <openassessment url_name="ora" submission_start="2001-01-01T00:00:00"><title>Essay</title><assessments>
            <assessment name="peer-assessment" must_grade="5"/></assessments><prompts><prompt><description>Write.</description></prompt></prompts>
            <rubric><criterion><name>Ideas</name><prompt>?</prompt><option points="1"><name>Good</name><explanation/></option></criterion></rubric></openassessment>
          <problem-builder url_name="pb" xblock-family="xblock.v1"><pb-mcq url_name="m"><pb-choice url_name="ch">A</pb-choice></pb-mcq></problem-builder>
          </vertical>""",
        "course/library_content/lc.xml": """<library_content display_name="Bank" max_count="1" source_library_id="library-v1:X+Y"
          source_library_version="1"><problem url_name="b1"/><problem url_name="b2"/><html url_name="b3"/></library_content>""",
        "course/itembank/ib.xml": """<itembank display_name="Items" max_count="-1"><problem url_name="i1" upstream="lb:X:Y:problem:z" upstream_version="2"/></itembank>""",
        "course/split_test/st.xml": """<split_test display_name="Test" user_partition_id="1" group_id_to_child='{"0": "a"}'>
          <vertical url_name="ga"/><vertical url_name="gb"/></split_test>""",
        "course/vertical/ga.xml": '<vertical display_name="A"><html url_name="ta"/></vertical>',
        "course/vertical/gb.xml": '<vertical display_name="B"><html url_name="tb"/></vertical>',
        **{f"course/problem/{name}.xml": _numerical(answer) for name, answer in (("b1", "1"), ("b2", "2"), ("i1", "10"))},
        **{f"course/html/{name}.html": f"<p>{name}</p>" for name in ("b3", "ta", "tb")},
        **{f"course/html/{name}.xml": f'<html filename="{name}" display_name="{name}" editor="raw"/>' for name in ("b3", "ta", "tb")},
        "course/policies/2024/policy.json": '{"course/2024": {"discussions_settings": {"enable_in_context": true}}}',
        "course/policies/2024/grading_policy.json": '{"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.5}}',
        "course/about/overview.html": "<p>x</p>",
    },
    counts={"modules": 1, "lessons": 1, "units": 3, "items": 13, "problems": 3, "responses": 3, "html": 3},
    unsupported=("drag-and-drop-v2", "edx_sga", "google-document", "lti_consumer", "openassessment",
                 "problem-builder", "recommender"),
    warnings=frozenset({"first_arm", "first_of_bank"}),
    answers={"b1": {"q1": "1"}, "i1": {"q1": "10"}},
    shown={"ta": "<p>ta</p>"},
)  # fmt: skip

LATEX2EDX = UnseenCourse(
    name="latex2edx",
    key="MITx+2.01",
    title="Structures",
    files={
        "course.xml": '<course number="2.01" course="2.01" display_name="Structures" start="2013-11-22" url_name="2013_Spring" org="MITx" semester="2013_Spring"><chapter display_name="Unit 1" start="2013-11-22" url_name="Unit_1"><sequential display_name="Intro" url_name="Intro"><vertical url_name="v0" display_name="First"><problem filename="p1" url_name="p1" display_name="P1"/><html display_name="H" url_name="h1" filename="h1"/></vertical><problem url_name="p2" display_name="P2" attempts="3" weight="5"/></sequential></chapter></course>',
        "problem/p1.xml": """<problem url_name="p1" showanswer="closed" rerandomize="never" display_name="P1">
          <text><p>Options: <span style="display:inline-block"><optionresponse><optioninput options="('noneType','int','float')" correct="int"/></optionresponse></span></p>
          <p>Energy: <numericalresponse answer="2e-3"><responseparam type="tolerance" default="5%"/><textline inline="1" size="10"/></numericalresponse></p></text></problem>""",
        "problem/p2.xml": """<problem display_name="P2"><p>\\( x^2 = 4 \\)</p><customresponse cfn="check" expect="2"><textline/></customresponse>
          <script type="text/python" system_path="python_lib">def check(expect, ans): return True</script></problem>""",
        "html/h1.xml": '<html display_name="H"><p>Text [mathjaxinline]a^2[/mathjaxinline] &lt; 5</p></html>',
        "static/html/figure.png": b"\x89PNG",
    },
    counts={"modules": 1, "lessons": 1, "units": 1, "items": 3, "problems": 2, "responses": 3, "html": 1, "assets": 1},
    unsupported=("problem",),
    answers={"p1": {"q1": ["int"], "q2": "0.002"}},
    shown={"h1": "Text"},
)  # fmt: skip

OLD_ASSESSMENTS = UnseenCourse(
    name="old-assessments",
    key="Berkeley+CS184",
    title="Graphics",
    files={
        "course.xml": '<course org="Berkeley" course="CS184" slug="2013" name="Graphics"><chapter slug="c1" name="C1"><sequential slug="s1" name="S1"><vertical slug="v1"><combinedopenended slug="coe" attempts="1"><rubric/><prompt><p>Write</p></prompt><task><openended><openendedparam/></openended></task></combinedopenended><peergrading slug="pg" display_name="Peers"/><problem slug="draw"><p>Draw</p><schematicresponse><center><schematic height="1" width="1"/></center><answer type="loncapa/python">correct = []</answer></schematicresponse></problem><conditional slug="cond" sources="i4x://Berkeley/CS184/poll_question/x" poll_answer="a"><show sources="i4x://Berkeley/CS184/html/secret"/></conditional><abtest slug="ab" experiment="e"><group name="g" portion=".5"><html slug="arm1"><p>One</p></html></group><default><html slug="arm2"><p>Two</p></html></default></abtest><randomize slug="rnd"><problem slug="r1"><p>1</p><numericalresponse answer="1"><textline/></numericalresponse></problem><problem slug="r2"><p>2</p><numericalresponse answer="2"><textline/></numericalresponse></problem></randomize></vertical></sequential></chapter></course>',
        "html/secret.xml": "<html><p>Secret</p></html>",
    },
    counts={"modules": 1, "lessons": 1, "units": 1, "items": 8, "problems": 3, "responses": 3, "html": 3},
    unsupported=("combinedopenended", "conditional", "peergrading", "problem"),
    warnings=frozenset({"first_arm"}),
    answers={"r1": {"q1": "1"}},
    shown={"arm1": "One"},
)  # fmt: skip

BROKEN = UnseenCourse(
    name="broken",
    key="X+BRK",
    title="Broken",
    files={
        "course.xml": '<course org="X" course="BRK" url_name="r"/>',
        "course/r.xml": '<course display_name="Broken"><chapter url_name="there"/><chapter url_name="gone"/></course>',
        "chapter/there.xml": '<chapter display_name="There"><sequential url_name="s"/><sequential url_name="titled" display_name="T"/><sequential url_name="away" display_name="A"/></chapter>',
        "sequential/s.xml": '<sequential display_name="S"><vertical url_name="v"/><vertical url_name="v"/></sequential>',
        "vertical/v.xml": '<vertical display_name="V"><html url_name="nofile"/><problem url_name="bad"/><problem url_name="void"/><video url_name="novid"/><discussion url_name="nodisc"/><html url_name="noname" filename="lost"/></vertical>',
        "problem/bad.xml": '<problem display_name="Bad"><p>1 &lt 2 & more</p><numericalresponse answer="1"><textline/></numericalresponse>',
        "problem/void.xml": "",
        "sequential/titled.xml": '<sequential><vertical display_name="Empty"/><problem url_name="lost" display_name="Lost" weight="2"/></sequential>',
        "html/noname.xml": '<html filename="lost" display_name="Lost"/>',
    },
    counts={"modules": 2, "lessons": 3, "units": 2, "items": 7, "problems": 3, "responses": 1, "videos": 1, "html": 2,
            "discussions": 1},
    unsupported=("chapter", "discussion", "html", "problem", "sequential", "video"),
    warnings=frozenset({"dangling_pointer", "broken_xml", "empty_file", "duplicate_reference"}),
    answers={"bad": {"q1": "1"}},
)  # fmt: skip

VIDEOS = UnseenCourse(
    name="videos",
    key="VidX+V1",
    title="Videos",
    files={
        "course.xml": '<course org="VidX" course="V1" url_name="r" display_name="Videos"><chapter url_name="c"/></course>',
        "chapter/c.xml": '<chapter display_name="C"><sequential display_name="S" url_name="sq"><vertical url_name="vv"><video url_name="a"/><video url_name="b"/><videoalpha url_name="c1"/><video url_name="d" display_name="Inline" html5_sources="[&quot;https://example.org/d.mp4&quot;]"/><video url_name="e" youtube="OEoXaMPEzfM"/></vertical></sequential></chapter>',
        "video/a.xml": '<video display_name="A" edx_video_id="11-22" sub="" transcripts=\'{"en": "a-en.srt", "fr": "a fr.srt"}\'><source src="/static/a.mp4"/><transcript language="fr" src="a fr.srt"/><transcript language="en" src="a-en.srt"/></video>',
        "video/b.xml": '<video display_name="B" edx_video_id="abc-def"><video_asset client_video_id="x" duration="61.5" image=""><encoded_video profile="desktop_mp4" url="https://example.org/b.mp4" file_size="1" bitrate="1"/><transcripts><transcript language_code="en" file_format="srt" provider="Custom"/></transcripts></video_asset></video>',
        "videoalpha/c1.xml": '<videoalpha display_name="C" youtube="1.0:ABCDEFGHIJK" sub="old"><source src="https://example.org/c.webm"/><track src="https://example.org/c.srt"/></videoalpha>',
        "static/a.mp4": b"\0\0\0\x18ftypmp42",
        "static/a-en.srt": "\ufeff1\r\n00:00:00,000 --> 00:00:02,000\r\nHello\r\n\r\n2\r\n00:00:02,000 --> 00:00:04,000\r\nthere\r\n".encode(),
        "static/a fr.srt": "1\n00:00:00,000 --> 00:00:02,000\nD\xe9j\xe0 vu\n".encode("latin-1"),
        "static/abc-def-en.srt": "1\n00:00:00,000 --> 00:00:02,000\nB\n",
        "static/subs_old.srt.sjson": '{"start": [0], "end": [900], "text": ["Old &amp;#39;n gold"]}',
    },
    counts={"modules": 1, "lessons": 1, "units": 1, "items": 5, "videos": 5, "assets": 5},
)  # fmt: skip

SUBFOLDERS = UnseenCourse(
    name="subfolders",
    key="Org+SUB",
    title="Subfolders",
    files={
        "a/b/course.xml": '<course org="Org" course="SUB" url_name="r1"/>',
        "a/b/course/r1.xml": '<course display_name="Subfolders"><chapter url_name="w1:ch"/></course>',
        "a/b/chapter/w1/ch.xml": '<chapter display_name="W"><sequential url_name="w1/seq"/></chapter>',
        "a/b/sequential/w1/seq.xml": '<sequential><vertical url_name="w1:unit one"/></sequential>',
        "a/b/vertical/w1/unit one.xml": '<vertical><html url_name="w1:h"/><problem url_name="w1:deep:p"/><html url_name="flat" filename="w1/flat"/><html url_name="été"/><foreign url_name="q" display_name="F"/></vertical>',
        "a/b/html/w1/h.xml": '<html filename="w1/h" display_name="H"/>',
        "a/b/html/w1/h.html": "<p>H text</p>",
        "a/b/html/w1/flat.html": "<p>Flat text</p>",
        "a/b/html/été.xml": '<html filename="été" display_name="Summer"/>',
        "a/b/html/été.html": "<p>Summer text</p>",
        "a/b/problem/w1/deep/p.xml": _numerical("[5,7)"),
        "a/b/static/x/y/z.js": "1",
    },
    counts={"modules": 1, "lessons": 1, "units": 1, "items": 5, "problems": 1, "responses": 1, "html": 3, "assets": 1},
    unsupported=("foreign",),
    answers={"w1-deep-p": {"q1": "5"}},
    shown={"w1-h": "H text", "flat": "Flat text"},
)  # fmt: skip

LIBRARY = UnseenCourse(
    name="library",
    key="Lib+L1",
    title="My library",
    files={
        "library/library.xml": '<library xblock-family="xblock.v1" url_name="library" org="Lib" library="L1" display_name="My library"><problem url_name="p1"/><html url_name="h1"/><video url_name="v1"/></library>',
        "library/problem/p1.xml": _numerical("2"),
        "library/html/h1.xml": '<html filename="h1" display_name="H"/>',
        "library/html/h1.html": "<p>H</p>",
        "library/video/v1.xml": '<video youtube="1.00:3_yD_cEKoCk" url_name="v1" display_name="V"/>',
        "library/policies/assets.json": "{}",
    },
    counts={"items": 3, "problems": 1, "responses": 1, "videos": 1, "html": 1},
    answers={"p1": {"q1": "2"}},
)  # fmt: skip

LINK_AS_TEXT = UnseenCourse(
    name="link-as-text",
    key="Win+W1",
    title="From Windows",
    files={
        "course.xml": "roots/2014.xml",
        "roots/2014.xml": '<course org="Win" course="W1" url_name="2014"/>\r\n',
        "course/2014.xml": '<course display_name="From Windows"><chapter url_name="c"/></course>',
        "chapter/c.xml": b'<?xml version="1.0" encoding="ISO-8859-1"?>\r\n<chapter display_name="Caf\xe9"><sequential><vertical><html><p>\xe9t\xe9</p></html><problem display_name="Pick"><p>Pick</p><choiceresponse><radiogroup><choice correct="false" name="a"><text>No</text></choice><choice correct="true" name="b"><text>Yes</text></choice></radiogroup></choiceresponse></problem></vertical></sequential></chapter>',
    },
    counts={"modules": 1, "lessons": 1, "units": 1, "items": 2, "problems": 1, "responses": 1, "html": 1},
    answers={"problem-pick": {"q1": ["Yes"]}},
)  # fmt: skip

TIMED = UnseenCourse(
    name="timed-and-nested",
    key="T+N",
    title="Nested",
    files={
        "course.xml": """<course org="T" course="N" url_name="r" display_name="Nested"><chapter display_name="C" start="2099-01-01T00:00:00Z">
          <sequential display_name="Exam" is_time_limited="true" default_time_limit_minutes="30" is_proctored_enabled="true" hide_after_due="true">
          <vertical display_name="V"><vertical display_name="Inner"><html><p>Inner</p></html></vertical>
          <wrapper><problem display_name="W"><p>N?</p><numericalresponse answer="10 k"><formulaequationinput/></numericalresponse></problem></wrapper>
          <crowdsource_hinter><problem display_name="Hinted"><p>S?</p><stringresponse answer="a|b" type="regexp"><textline/></stringresponse></problem></crowdsource_hinter>
          <nonstaff_error/><annotatable><instructions>Look</instructions><p>Words</p></annotatable></vertical></sequential></chapter></course>""",
    },
    counts={"modules": 1, "lessons": 1, "units": 2, "items": 6, "problems": 2, "responses": 2, "html": 1},
    unsupported=("annotatable", "crowdsource_hinter", "nonstaff_error"),
    answers={"problem-w": {"q1": "10000"}, "problem-hinted": {"q1": "b"}},
)  # fmt: skip

LOOSE = UnseenCourse(
    name="loose-markup",
    key="Loose+L",
    title="R&D in Mac letters",
    files={
        "course.xml": '<course org="Loose" course="L" url_name="x" display_name="R&D in Mac letters"><chapter url_name="c"/></course>',
        "chapter/c.xml": '<chapter><sequential><vertical><html url_name="t">Tom & Jerry <br> and 1 < 2&nbsp;<p>so <img src="/static/\u00e9.png" alt="e"> on</p></html><html url_name="\u00e9t\u00e9"/><problem url_name="p"/></vertical></sequential></chapter>',
        "html/e\u0301te\u0301.html": "<p>Summer</p>",
        "static/e\u0301.png": b"\x89PNG",
        "problem/p.xml": '<problem><script type="loncapa/python"><![CDATA[\nx = 3 if 1 < 2 & 3 else 4\n]]></script><p>Is 1 < 2 & 2 < 3?<br>Say.</p><multiplechoiceresponse><choicegroup><choice correct="true">1 < 2</choice><choice correct="false">R&D</choice></choicegroup></multiplechoiceresponse></problem>',
        "policies/y/grading_policy.json": '{"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.7}}',
    },
    counts={"modules": 1, "lessons": 1, "units": 1, "items": 3, "problems": 1, "responses": 1, "html": 2, "assets": 1},
    warnings=frozenset({"broken_xml"}),
    answers={"p": {"q1": ["1 &lt; 2"]}},
    shown={"t": "Tom &amp; Jerry <br> and 1 &lt; 2", "html-t": "Summer"},
)  # fmt: skip

UNSEEN_COURSES = (
    LOOSE,
    STUDIO_2014,
    BY_HAND_2012,
    NO_COURSE_XML,
    ONE_FILE,
    LIBRARIES_2024,
    LATEX2EDX,
    OLD_ASSESSMENTS,
    BROKEN,
    VIDEOS,
    SUBFOLDERS,
    LIBRARY,
    LINK_AS_TEXT,
    TIMED,
)
