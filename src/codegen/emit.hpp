// From a trained pipeline to a self-contained C++ folder: a list of typed calls over compile-time shapes.
//
// The emitted code, in the namespace Pipeline::name, mote_model unless told (header include/mote_model/model.hpp, C++14, freestanding):
//
//   using Sample = int16_t | uint8_t | float;           // as InputSpec::type
//   using Input = int8_t | float;                       // what the model takes: features quantised, or as they are
//   constexpr size_t window_samples;                    // values of one window, frames * channels, interleaved by frame
//   constexpr size_t window_bytes;                      // window_samples * sizeof(Sample)
//   constexpr size_t feature_count;                     // floats of one window's features == inputs of the model
//   constexpr size_t class_count;                       // int8 outputs of the model == probabilities
//   constexpr size_t arena_bytes, arena_alignment;      // memory that one classification needs beside the window and the stack
//   constexpr size_t state_bytes;                       // of the arena, its first: what the model remembers; 0 for most models
//   constexpr size_t constant_bytes;                    // weights and tables
//   constexpr int step_count;                           // calls of the model, as in Emission::steps
//   constexpr const char* labels[class_count];
//   constexpr float output_scale; constexpr int output_zero_point;    // probability = output_scale * (output - output_zero_point)
//   enum class Status : unsigned char { ok, null_pointer, arena_too_small, arena_misaligned, wrong_features, wrong_outputs, wrong_rate,
//                                       not_finite };
//
//   class Model {                                       // reentrant: one object a thread, each with memory of its own
//     public:
//       Model(void* arena, size_t bytes);               // the caller's memory: arena_bytes, aligned to arena_alignment
//       Status classify(const Sample* window, float* probabilities);          // features, model, probabilities
//       Status classify_int8(const Sample* window, int8_t* outputs);          // the same, outputs as the model gives them
//       Status features(const Sample* window, float* features);               // features alone
//       Status infer(const Input* inputs, int8_t* outputs);                   // model alone
//       Status reset();                                 // what the model remembers gets its initial values, as when it was made
//       Status self_test();                             // golden windows: features by hash, outputs byte by byte; resets
//   };
//   Status classify(...), classify_int8(...), features(...), infer(...), reset(), self_test();   // the same over one static arena
//
// and mote_model/listener.hpp, continuous inference:
//
//   constexpr float rate_hz;                            // frames a second that the model was trained on; 0 for images
//   constexpr size_t channel_count, window_frames;      // values of a frame, frames of a window
//   constexpr size_t stride_frames;                     // a decision every so many frames, on average
//   constexpr size_t ring_frames;                       // that may arrive while a decision is made
//   constexpr size_t listener_bytes;                    // all memory that listening needs: arena, ring, features, detector
//   struct Event { uint32_t label; float score; uint64_t frame; };
//   enum class Heard : unsigned char { waiting, decision, event, failed };
//   class Listener {                                    // reentrant: one object a stream, each with memory of its own
//     public:
//       Listener(void* memory, size_t bytes);           // listener_bytes, aligned to arena_alignment; begins anew
//       Status status() const;
//       size_t push(const Sample* frames, size_t count);                      // from an interrupt: frames taken; the others are lost
//       Heard poll(Event* event);                       // in the main loop, until it says waiting
//       const int8_t* outputs() const; void probabilities(float* smoothed) const;
//       uint32_t lost_frames() const, bad_values() const; Timing timing() const; void set_clock(uint32_t (*ticks)());
//       Status reset();
//   };
//   Status check_rate(float measured_hz); Listener static_listener();
//
// and mote_model/model.h, the same as functions of C.
//
// A model alone (Pipeline::block empty) has no features: its header declares
//
//   using Input = int8_t | float, Output = int8_t | float;
//   constexpr size_t input_count, output_count;         // values; arena_bytes, state_bytes, constant_bytes, step_count, labels
//   constexpr float input_scale, output_scale; constexpr int input_zero_point, output_zero_point;    // of int8 ends
//   class Model {
//     public:
//       Model(void* arena, size_t bytes);
//       Input* input();                                 // the input's place in the arena: fill it before every run()
//       Status run();                                   // works in the arena, so that the input is gone afterwards
//       const Output* output() const;                   // valid after run(), until the arena is used again
//       Status infer(const Input* inputs, Output* outputs);                   // the three in one, with copies
//       Status reset();
//       Status self_test();
//   };
//   Status infer(...), reset(), self_test(); Model static_model();            // the same over one static arena
//
// and one of several inputs or outputs, each under its name in the model (here left, right, label and gain), in the order of the file:
//
//   constexpr size_t input_left_count, ..., output_gain_count;       // values; of int8 and int16 ends input_left_scale, _zero_point
//   constexpr int input_ends, output_ends; constexpr size_t input_bytes[input_ends], output_bytes[output_ends];
//   struct Inputs { int8_t* left; float* right; }; struct Outputs { const int8_t* label; const int16_t* gain; };
//   class Model {                                       // as above, but for
//       Inputs inputs(); Outputs outputs() const;       // their places in the arena
//       void* input(int i); const void* output(int i) const;                  // the same by number
//       Status infer(const int8_t* left, const float* right, int8_t* label, int16_t* gain);
//   };
//
// With -DMOTE_TRACE for every source, classify*(), infer() and run() call
//   extern "C" void mote_model_trace(int step, const void* data, unsigned long bytes);
// which the user of the trace defines: step -1 once the float features are done (classify* only; a model alone: before its first step, with
// its input; of several inputs all but the last come with step -2), then step i = 0 .. step_count - 1 right after the model's call i with
// the bytes that it wrote, which are Emission::trace[i].tensor of the graph.
#pragma once

#include "base/json.hpp"
#include "codegen/folder.hpp"
#include "codegen/listen.hpp"
#include "compress/drop_channels.hpp"
#include "dsp/block.hpp"
#include "graph/graph.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mote::codegen {

/// What a plan gives away something else for: instructions, flash or RAM.
enum class Optimise : unsigned char { speed, size, ram };
/// "speed", "size" or "ram"; throws base::Error "bad_input" for another word.
Optimise optimise_from_name(std::string_view name);
std::string_view name_of(Optimise optimise);

/// Everything that runs on the device for one window.
struct Pipeline {
    /// Namespace, include folder, CMake target and, in capitals, prefix of macros. Models of different names live together in one program.
    std::string name = "mote_model";
    dsp::InputSpec input;         ///< not used where there is no block
    std::string block;            ///< BlockType name; empty: the model alone, which takes its input tensor as it is
    base::Json block_parameters;  ///< resolved
    Listen listen;                ///< how its Listener decides; not used where there is no block
    /// Quantised, verified. An f32 input takes the block's features as they are: the graph then standardises (batch_norm) and quantises
    /// them itself, each a node with a kernel of its own (this is what compress::quantise makes). An i8 input takes them quantised with its
    /// scale.
    graph::Graph model;
    std::vector<std::string> labels;
    /// Core that kernels and the packing of weights are chosen for ("cortex-m4"). The code compiles and gives the same bytes everywhere;
    /// empty: fit for any core.
    std::string core;
    /// speed: the core's fastest kernels; size: those that the tables hardly grow for, compiled for size, one copy of each; ram: the least
    /// arena, and with it the fastest kernels.
    Optimise optimise = Optimise::speed;
    /// For ram: an arena of so many bytes is small enough, and the fastest kernels with which it is not exceeded are chosen; emit() and
    /// plan() throw base::Error "bad_input" where the least is larger. 0: the least arena.
    std::size_t arena_limit_bytes = 0;
    /// Whether to compile for size, with one copy of each kernel, as size does.
    bool compact = false;
    /// Nodes of the model, by index, that get the plain kernels: the smallest, and by far the slowest.
    std::vector<std::size_t> plain;
    base::Json provenance = base::Json::object();  ///< hashes of snapshot, run and model; written into the code
    /// Real windows (input.size_bytes() each; of a model alone, its input) that self_test() runs on the device; one made up from a fixed
    /// seed when there is none. Of several inputs they hold one behind the other. They cost flash only in a firmware that calls
    /// self_test().
    std::vector<base::Bytes> golden_windows;
};

/// Where a tensor (or "features", "scratch of NAME", "state NAME") lies in the arena, and from which step to which. Step -2 computes the
/// features, step -1 quantises them, step i >= 0 is the model's call i.
struct Buffer {
    std::string tensor;
    std::size_t offset = 0, size_bytes = 0;
    int first_step = 0, last_step = 0;
};

/// What step i writes, in the order of Emission::steps.
struct TracePoint {
    int tensor = -1;                   ///< index in Pipeline::model.tensors
    std::string layer;                 ///< name of the node
    std::string op;                    ///< "conv_2d"
    std::vector<std::string> kernels;  ///< "conv_2d_arm_dsp"
    std::size_t size_bytes = 0;
    std::uint64_t macs = 0;
    /// Channels of the tensor (along its last dimension) that the code computes; empty: all. The others make no difference to any output.
    std::vector<int> channels = {};

    /// Of the whole tensor's bytes, those that the step writes.
    base::Bytes written(std::span<const std::byte> tensor) const;
};

/// One of the model's inputs or outputs, as the code of a model alone names it.
struct End {
    std::string name;      ///< of the tensor
    std::string variable;  ///< of the code: "left"; empty where the model has one input and one output, which need no names
    graph::Type type = graph::Type::f32;
    std::vector<int> shape;
    graph::Quantisation quantisation;
    std::size_t count = 0, size_bytes = 0, offset = 0;  ///< offset: in the arena
};

struct Emission {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> sources;         ///< .cpp files to compile, relative to folder; they need no include path
    std::filesystem::path include = "include";          ///< relative to folder
    bool has_features = true;                           ///< false for a model alone
    std::vector<std::string> compiler_flags = {"-O2"};  ///< how Pipeline::optimise wants the sources compiled: "-O2"
    std::size_t arena_bytes = 0;                        ///< activations, scratch and state of features and model
    std::size_t state_bytes = 0;                        ///< of these, the first: variables, kept from one inference to the next
    std::size_t window_bytes = 0;    ///< one window of raw input, held by the caller; of a model alone, its inputs in the arena
    std::size_t constant_bytes = 0;  ///< weights, tables
    std::size_t listener_bytes = 0;  ///< arena, ring, features and detector of a Listener; 0 without features
    ListenPlan listen;               ///< what the Listener does; empty without features
    double rate_hz = 0;              ///< frames a second; 0 for images and without features
    std::size_t frame_bytes = 0;     ///< a value of each channel; 0 without features
    std::size_t arena_lower_bound_bytes = 0;
    std::size_t feature_count = 0;
    std::size_t class_count = 0;
    std::size_t output_bytes = 0;
    std::vector<End> inputs, outputs;  ///< of a model alone
    bool has_several_ends() const { return inputs.size() + outputs.size() > 2; }
    std::vector<Buffer> plan;
    std::vector<std::string> steps;                  ///< "dense_0 [1, 64] -> [1, 5]"
    std::vector<TracePoint> trace;                   ///< one a step
    std::vector<compress::DroppedChannels> dropped;  ///< channels that the code leaves out, because they make no difference
};

/// Throws base::Error "bad_input" unless `name` can be Pipeline::name: lower-case letters, digits and single underscores, a letter first,
/// not longer than 48, and no word that C++, its libraries or the emitted code use.
void check_name(std::string_view name);

/// A name for a project called `title`: "hey mote" gives "hey_mote_model".
std::string name_for(std::string_view title);

/// A step's title for a table: of a layer that a converter fused from several ("a/b;c/d [1, 8] -> [1, 4]") the first name, and of a long
/// path its end. Emission::steps holds titles whole.
std::string short_title(std::string_view title);

/// What emit() would answer, without writing anything: arena, constants and steps of the code. Throws what emit() throws about the
/// pipeline.
Emission plan(const Pipeline& pipeline);

/// An emitted folder before it is written, for what packs it in another way.
struct Library {
    Emission emission;  ///< its folder is empty
    FileTree files;     ///< include/, src/, README.md, CMakeLists.txt, LICENSE
    /// Parts of the README, in Markdown: a table of sizes, how to call the model (one block of C++), what its state means ("" without
    /// one), and a table of the steps.
    std::string sizes, usage, state, steps;
};

/// What emit() would write. Throws what emit() throws about the pipeline.
Library make_library(const Pipeline& pipeline);

/// Writes the folder (into a new name, then renamed). The same pipeline gives the same bytes. A folder that is there already is replaced
/// when every file in it was generated by this function, else Error "conflict". Throws "unsupported" for an operator or a type that has
/// no kernel on the device, naming node and tensor.
Emission emit(const Pipeline& pipeline, const std::filesystem::path& folder);

}  // namespace mote::codegen
