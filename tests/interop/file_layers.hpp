// Layers as files of TensorFlow Lite that the exporter does not write, because they become other nodes when they are read.
#pragma once

#include "graph/tflite_writer.hpp"

#include <string>
#include <vector>

namespace mote::interop {

struct FileLayer {
    std::string name;  ///< of the operator; ends in "_float" where the answers are f32, and in "_exact" where they must be the same bytes
    base::Bytes bytes;
};

std::vector<FileLayer> file_layers();

}  // namespace mote::interop
