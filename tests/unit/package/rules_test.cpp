// Packages with something wrong in them: each rule is shown what it must find.
#include "package/rules/rules.hpp"

#include "packages.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace mote::package {
namespace {

using codegen::FileTree;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "\"" << from << "\" is not in\n" << text;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// What a format's package holds, for a model of three axes.
FileTree sound(const char* format) {
    const testing::Made made(testing::pipeline_for("motion"));
    return make(find_format(format), made.package(testing::served(find_format(format)).front())).files;
}

struct Wrong {
    std::string said;  ///< part of the fault
    std::function<void(FileTree&)> change;
};

/// A change of text in one file.
Wrong edit(std::string said, std::string file, std::string from, std::string to) {
    return {std::move(said), [=](FileTree& files) { files.at(file) = replaced(files.at(file), from, to); }};
}
Wrong without(std::string said, std::string file) {
    return {std::move(said), [=](FileTree& files) { files.erase(file); }};
}
Wrong with(std::string said, std::string file, std::string text = "") {
    return {std::move(said), [=](FileTree& files) { files[file] = text; }};
}

void expect_found(const char* format, rules::Faults (*check)(const FileTree&), const std::vector<Wrong>& all) {
    const FileTree right = sound(format);
    EXPECT_EQ(check(right), rules::Faults{});
    for (const Wrong& wrong : all) {
        FileTree files = right;
        wrong.change(files);
        const rules::Faults faults = check(files);
        const std::string text = base::join(faults, "\n");
        EXPECT_NE(text.find(wrong.said), std::string::npos) << "expected: " << wrong.said << "\nfound: " << text;
    }
}

TEST(Rules, Arduino) {
    const char* file = "library.properties";
    std::vector<Wrong> wrong = {
        without("library.properties is missing (LP001)", file),
        edit("author is missing or empty", file, "author=made with mote\n", ""),
        edit("sentence is missing or empty", file, "sentence=", "sentence=\nlicense="),
        edit("no field is called Sentence", file, "sentence=", "Sentence="),
        edit("\"url\" is no key=value", file, "url=https://example.com/", "url"),
        edit("version stands there twice", file, "version=1.0.0", "version=1.0.0\nversion=1.0.1"),
        edit("name has 75 characters, at most 63 are allowed (LP009)", file, "name=motion_model", "name=" + std::string(75, 'x')),
        edit("has other characters than letters, digits and _.- (LP011, LP015)", file, "name=motion_model", "name=motion model"),
        edit("name begins with Arduino (LP012)", file, "name=motion_model", "name=Arduino_motion"),
        edit("name holds Arduino (LP014)", file, "name=motion_model", "name=my_arduino"),
        edit("name holds the word library (LP016)", file, "name=motion_model", "name=MotionLibrary"),
        edit("version \"1.0\" is not semantic (LP022)", file, "version=1.0.0", "version=1.0"),
        edit("version \"1.00.0\" is not semantic", file, "version=1.0.0", "version=1.00.0"),
        edit("maintainer holds Arduino (LP028)", file, "maintainer=made", "maintainer=arduino, made"),
        edit("paragraph repeats sentence (LP035)", file,
             "paragraph=", "paragraph=Tells apart class 0, class 1, class 2, class 3 in 1 s of accX, accY, accZ at 50 Hz. "),
        edit("there is no category \"Machine Learning\" (LP038)", file, "category=Data Processing", "category=Machine Learning"),
        edit("is no address (LP041)", file, "url=https://example.com/", "url=example.com"),
        edit("architectures names AVR", file, "architectures=", "architectures=avr,"),
        edit("architectures names AVR", file, "architectures=mbed", "architectures=*,mbed"),
        edit("includes names other.h, which src/ does not have (LP052)", file, "includes=motion_model.h", "includes=other.h"),
        without("src/motion_model.h is missing", "src/motion_model.h"),
        without("README.md is missing", "README.md"),
        without("LICENSE is missing", "LICENSE"),
        with("examples/Self/Self.ino is missing (SS001)", "examples/Self/SelfTest.ino"),
        with("examples/a b: no name for a sketch", "examples/a b/a b.ino"),
        with("the old ending of sketches", "examples/SelfTest/more.pde"),
        with("a sketch outside examples/", "Test/Test.ino"),
        with("a program (LS006)", "tool.exe"),
        with("the folder is called src or examples", "Src/x.cpp"),
        with("the folder is called src or examples", "example/x/x.ino"),
        with(".development", ".development")};
    wrong[1].change = [](FileTree& files) {
        files.at("library.properties") = replaced(files.at("library.properties"), "\nauthor=made with mote", "");
    };
    wrong.push_back({"examples/ is missing (LD003)", [](FileTree& files) {
                         std::erase_if(files, [](const auto& entry) { return entry.first.starts_with("examples/"); });
                     }});
    expect_found("arduino", rules::arduino, wrong);
}

TEST(Rules, Zephyr) {
    const char* file = "zephyr/module.yml";
    expect_found(
        "zephyr", rules::zephyr,
        {without("zephyr/module.yml is missing", file), edit("zephyr/module.yml: ", file, "name:", "name: [\nname:"),
         edit("there is no key nam", file, "name:", "nam:"), edit("name is missing", file, "name: motion_model\n", ""),
         edit("build is missing", file, "build:", "tests: []\nblobs:"), edit("build: there is no key cmak", file, "cmake:", "cmak:"),
         edit("build.cmake names src, but src/CMakeLists.txt is not there", file, "cmake: .", "cmake: src"),
         edit("build.kconfig names Kconfig.txt, but Kconfig.txt is not there", file, "Kconfig", "Kconfig.txt"),
         without("build.kconfig names Kconfig, but Kconfig is not there", "Kconfig"),
         edit("samples names sample/, which is not there", file, "- samples", "- sample"),
         edit("samples is no list", file, "samples:\n  - samples", "samples: samples"),
         without("samples/self_test/prj.conf is missing", "samples/self_test/prj.conf"),
         edit("samples/classify/CMakeLists.txt is missing or does not find Zephyr", "samples/classify/CMakeLists.txt",
              "find_package(Zephyr", "find(Zephyr"),
         edit("samples/classify/sample.yaml: ", "samples/classify/sample.yaml", "sample:", "sample: {")});
}

TEST(Rules, EspIdf) {
    const char *file = "idf_component.yml", *lists = "CMakeLists.txt";
    expect_found("esp-idf", rules::esp_idf,
                 {without("idf_component.yml is missing", file), edit("idf_component.yml: ", file, "version:", "version: {"),
                  edit("version \"1\" is not semantic", file, "1.0.0", "1"), edit("there is no key homepage", file, "url:", "homepage:"),
                  edit("description is missing", file, "description:", "license:"), edit("url is no address", file, "https://", ""),
                  edit("there is no target \"esp8266\"", file, "version:", "targets:\n  - esp8266\nversion:"),
                  edit("dependencies is no map", file, "dependencies:\n  idf: \">=4.4\"", "dependencies: idf"),
                  edit("does not call idf_component_register", lists, "idf_component_register", "register_component"),
                  edit("registers src/modell.cpp, which is not there", lists, "src/model.cpp", "src/modell.cpp"),
                  edit("does not register src/model.cpp", lists, "\"src/model.cpp\"", ""),
                  edit("include folder inc is not there", lists, "INCLUDE_DIRS \"include\"", "INCLUDE_DIRS \"inc\""),
                  edit("idf_component_register has no SRCS", lists, "SRCS", "SOURCES")});
}

TEST(Rules, PlatformIo) {
    const char* file = "library.json";
    expect_found(
        "platformio", rules::platformio,
        {without("library.json is missing", file), edit("library.json", file, "{", "{,"), with("library.json: is no object", file, "[]"),
         edit("is no name: 1 to 100 characters, none of :;/,@<>", file, "\"motion_model\"", "\"motion/model\""),
         edit("version \"1.0\" is not semantic", file, "1.0.0", "1.0"),
         edit("description has 1 to 255 characters", file, "\"Tells", "\"" + std::string(255, 'x')),
         edit("homepage is no address", file, "https://", "https:"),
         edit("\"Nordic NRF52\" has characters", file, "nordicnrf52", "Nordic NRF52"),
         edit("platforms is no list", file, "\"platforms\"", "\"platforms\": \"*\", \"others\""),
         edit("keywords: \"Tiny_ML\" has characters", file, "tinyml", "Tiny_ML"),
         edit("an author's name has 1 to 50 characters", file, "made with mote", std::string(51, 'x')),
         edit("an example needs name, base and files", file, "\"name\": \"classify\"", "\"title\": \"classify\""),
         without("examples/classify/\"classify.cpp\" is not there", "examples/classify/classify.cpp"),
         edit("header \"model.hpp\" is not in include/", file, "motion_model/model.hpp", "model.hpp")});
}

TEST(Rules, CmsisPack) {
    const char* file = "mote.motion_model.pdsc";
    expect_found("cmsis-pack", rules::cmsis_pack,
                 {without("a pack has one .pdsc file at its root, this has 0", file),
                  with("this has 2", "other.pdsc"),
                  edit("mote.motion_model.pdsc: byte ", file, "</vendor>", ""),
                  with("the root element is not package", file, "<pack/>"),
                  edit("package has no schemaVersion", file, "schemaVersion", "version"),
                  edit("element vendor is missing or empty", file, "<vendor>mote</vendor>", ""),
                  edit("element name is missing or empty", file, "<name>motion_model</name>", "<name> </name>"),
                  edit("name holds a space", file, "<name>motion_model", "<name>motion model"),
                  edit("is not called VENDOR.NAME.pdsc", file, "<name>motion_model", "<name>other"),
                  edit("element url is missing", file, "<url>https://example.com/</url>", ""),
                  edit("is no https address", file, "<url>https", "<url>http"),
                  edit("license LICENCE is not there", file, "LICENSE", "LICENCE"),
                  edit("a release's version is not semantic", file, "release version=\"1.0.0\"", "release version=\"1\""),
                  edit("releases has no release", file, "<release version=\"1.0.0\">Generated by mote.</release>", ""),
                  edit("there is no condition Cortex", file, "condition=\"Cortex-M\"", "condition=\"Cortex\""),
                  edit("a component has no Cgroup", file, "Cgroup", "Group"),
                  edit("Cversion is not semantic", file, "Cversion=\"1.0.0\"", "Cversion=\"x\""),
                  edit("there is no category \"sourceC++\" of files", file, "sourceCpp", "sourceC++"),
                  edit("file src/modell.cpp is not there", file, "src/model.cpp", "src/modell.cpp"),
                  edit("src/model.cpp belongs to no component", file, "src/model.cpp", "src/arena.cpp"),
                  edit("file inc/ is not there", file, "\"include/\"", "\"inc/\"")});
}

TEST(Rules, Stm32Cube) {
    expect_found("stm32cube", rules::stm32cube,
                 {with("Src/main.cpp: has a main function", "Src/main.cpp", "int main() {}"),
                  with("a space in a name", "Src/my file.cpp"),
                  without("Inc/ holds no model.hpp", "Inc/motion_model/model.hpp"),
                  {"Src/ holds no source",
                   [](FileTree& files) { std::erase_if(files, [](const auto& entry) { return entry.first.starts_with("Src/"); }); }}});
}

TEST(Rules, IncludesThatLeadNowhereAreFound) {
    const FileTree files = {{"src/a.cpp", "#include \"../inc/b.hpp\"\n # include \"b.hpp\"\n#include <c.hpp>\n#include \"d.hpp\"\n"},
                            {"include/b.hpp", ""}};
    EXPECT_EQ(rules::missing_includes(files), (rules::Faults{"src/a.cpp: includes \"../inc/b.hpp\", which is not in the package",
                                                             "src/a.cpp: includes \"d.hpp\", which is not in the package"}));
}

}  // namespace
}  // namespace mote::package
