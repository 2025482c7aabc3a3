#include "codegen/folder.hpp"
#include "codegen/runtime_headers.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

#include <gtest/gtest.h>

namespace mote::codegen {
namespace {

namespace fs = std::filesystem;

std::string message_of(const FileTree& files, const fs::path& folder) {
    try {
        write_folder(files, folder);
    } catch (const base::Error& error) {
        return error.code() + ": " + error.message();
    }
    return "";
}

std::size_t entries_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Folder, IsReplacedWholeAndLeavesNothingBehind) {
    const base::TemporaryFolder temporary;
    const fs::path out = temporary.path() / "deep" / "model";
    EXPECT_EQ(message_of({{"a.txt", "1"}, {"src/b.txt", "2"}}, out), "");
    EXPECT_EQ(message_of({{"a.txt", "3"}}, out / ""), "");
    EXPECT_EQ(base::read_text(out / "a.txt"), "3");
    EXPECT_FALSE(fs::exists(out / "src"));
    EXPECT_EQ(entries_in(out.parent_path()), 1u);
}

TEST(Folder, KeepsWhatAPersonMade) {
    const base::TemporaryFolder temporary;
    const fs::path out = temporary.path() / "model";
    fs::create_directory(out);
    base::write_file(out / "thesis.txt", "years of work");
    EXPECT_EQ(message_of({{"a.txt", "1"}}, out), "conflict: " + out.string() + " holds thesis.txt, which mote did not generate");
    EXPECT_EQ(base::read_text(out / "thesis.txt"), "years of work");
    fs::remove(out / "thesis.txt");
    EXPECT_EQ(message_of({{"a.txt", "1"}}, out), "");
    base::write_file(out / "a.txt", "edited");
    EXPECT_EQ(message_of({{"a.txt", "2"}}, out), "conflict: " + out.string() + ": a.txt was changed after it was generated");
    EXPECT_EQ(base::read_text(out / "a.txt"), "edited");
    EXPECT_EQ(entries_in(temporary.path()), 1u);
}

TEST(Folder, RefusesAFileInItsPlace) {
    const base::TemporaryFolder temporary;
    base::write_file(temporary.path() / "model", "a file");
    EXPECT_NE(message_of({{"a.txt", "1"}}, temporary.path() / "model").find("is not a folder"), std::string::npos);
}

TEST(RuntimeHeaders, CopiesWhatIsIncludedAndMakesIncludesRelative) {
    const base::TemporaryFolder temporary;
    const fs::path root = temporary.path();
    base::write_file(root / "mote/rt/nn/dense.hpp",
                     "#include \"mote/rt/core/math.hpp\"\n#if X\n#  include \"simd.hpp\"\n#endif\n#include <stdint.h>\n");
    base::write_file(root / "mote/rt/nn/simd.hpp", "#include \"mote/rt/nn/dense.hpp\"\n");
    base::write_file(root / "mote/rt/core/math.hpp", "int x;\n");
    base::write_file(root / "mote/rt/nn/unused.hpp", "");
    const auto files = collect_runtime({"mote/rt/nn/dense.hpp"}, root);
    ASSERT_EQ(files.size(), 3u);
    EXPECT_NE(files.at("mote/rt/nn/dense.hpp")
                  .find("#include \"../core/math.hpp\"\n#if X\n#  include \"simd.hpp\"\n#endif\n#include <stdint.h>\n"),
              std::string::npos);
    EXPECT_NE(files.at("mote/rt/nn/simd.hpp").find("#include \"dense.hpp\"\n"), std::string::npos);
    EXPECT_NE(files.at("mote/rt/core/math.hpp").find("without any obligation"), std::string::npos);
}

TEST(RuntimeHeaders, NamesWhatIsMissing) {
    const base::TemporaryFolder temporary;
    base::write_file(temporary.path() / "mote/rt/a.hpp", "#include \"mote/rt/b.hpp\"\n");
    try {
        collect_runtime({"mote/rt/a.hpp"}, temporary.path());
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.message(), "runtime header mote/rt/b.hpp, included by mote/rt/a.hpp, is missing");
    }
}

}  // namespace
}  // namespace mote::codegen
