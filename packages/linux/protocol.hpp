// The socket protocol of Edge Impulse's Linux runner, as its stock clients speak it: one JSON object a request, one a reply.
//
//   {"id":1,"hello":1}                          -> model_parameters, project, features_shm
//   {"id":2,"classify":[numbers]}               -> result.classification, timing, of one window
//   {"id":3,"classify_continuous":[numbers]}    -> the same of the last decision in a stream that these numbers go on with
//   {"id":4,"classify_shm":{"elements":n}}, {"id":5,"classify_continuous_shm":{"elements":n}}    numbers in shared memory
//   {"id":6,"set_threshold":{"id":1,"min_score":0.7}}, {"id":7,"set_parameter":{"image_width":96}}
//
// A request that is wrong is answered with {"id":..,"success":false,"error":".."}.
#pragma once

#include "engine.hpp"
#include "json.hpp"

#include <functional>
#include <string>
#include <vector>

namespace runner {

/// Floats that a client shares. Without any (no name) clients send their numbers as text.
struct SharedFeatures {
    std::string name;  ///< for shm_open()
    std::size_t count = 0;
    std::function<bool(std::vector<double>& numbers, std::size_t count)> read;  ///< the first `count`; false when they cannot be read
};

/// One client's conversation: its stream and its threshold are its own.
class Protocol {
  public:
    Protocol(Engine& engine, const SharedFeatures& shared);

    /// The reply to one request, whatever that is. Without a line feed.
    std::string answer(const std::string& request);

    /// No sensible request is longer, in bytes.
    std::size_t limit_bytes() const;

    static std::string failure(const std::string& id, const std::string& what);

  private:
    std::string dispatch(const Json& request, const std::string& id);
    std::string hello(const std::string& id) const;
    std::string classify(const std::vector<double>& numbers, bool is_continuous, const std::string& id);
    std::string classify_shared(const Json& request, bool is_continuous, const std::string& id);
    std::string set_threshold(const Json& request, const std::string& id);
    std::string set_parameter(const Json& request, const std::string& id) const;
    std::string result(const Decision& decision, const std::string& id) const;

    Engine& engine_;
    SharedFeatures shared_;
    double threshold_ = 0;  ///< events below it are not told, beside the model's own threshold
    Decision last_;         ///< of the stream: what slices that end before a decision are answered with
};

}  // namespace runner
