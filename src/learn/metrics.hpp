// How well class probabilities fit the truth.
#pragma once

#include "base/fields.hpp"

#include <span>
#include <string>
#include <vector>

namespace mote::learn {

/// One class against the rest.
struct ClassScore {
    std::string label;
    std::size_t examples = 0;   ///< of this class
    std::size_t predicted = 0;  ///< as this class
    double precision = 0, recall = 0, f1 = 0;
    double area_under_roc = 0;
    double equal_error_rate = 0;
    static constexpr auto fields() {
        using base::field;
        using C = ClassScore;
        return std::make_tuple(
            field("label", &C::label, "the class"), field("examples", &C::examples, "examples of it"),
            field("predicted", &C::predicted, "examples taken for it"),
            field("precision", &C::precision, "share of these that are of it; 0 when none was"),
            field("recall", &C::recall, "share of its examples that were found"), field("f1", &C::f1, "harmonic mean of both"),
            field("area_under_roc", &C::area_under_roc, "chance that one of it scores above one of the rest; ties count half"),
            field("equal_error_rate", &C::equal_error_rate,
                  "error rate at the threshold where misses and false alarms are equally frequent"));
    }
};

struct Metrics {
    std::size_t examples = 0;
    double accuracy = 0, macro_f1 = 0, loss = 0;
    std::vector<ClassScore> classes;
    std::vector<std::vector<std::size_t>> confusion;
    static constexpr auto fields() {
        using base::field;
        using M = Metrics;
        return std::make_tuple(field("examples", &M::examples, "how many were judged"),
                               field("accuracy", &M::accuracy, "share of examples whose most probable class is right"),
                               field("macro_f1", &M::macro_f1, "mean F1 of the classes that have examples"),
                               field("loss", &M::loss, "mean cross-entropy, probabilities at least 1e-7").unit("nats"),
                               field("classes", &M::classes, "each class against the rest"),
                               field("confusion", &M::confusion, "examples by true class (row) and predicted class (column)"));
    }
};

/// `probabilities` has shape [truth.size(), labels.size()]; the most probable class is the first of the largest. Throws base::Error
/// "bad_input" when the sizes do not fit or a truth is not a class.
Metrics measure(std::span<const float> probabilities, std::span<const int> truth, const std::vector<std::string>& labels);

/// Index of the first largest value; `values` is not empty.
std::size_t most_probable(std::span<const float> values);

/// A threshold on one class's probability, and what goes wrong at it (examples at the threshold count as accepted).
struct CurvePoint {
    double threshold = 0;
    double false_alarm_rate = 0;  ///< share of the other examples that are accepted
    double miss_rate = 0;         ///< share of the class's examples that are not
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("threshold", &CurvePoint::threshold, "of the class's probability"),
                               field("false_alarm_rate", &CurvePoint::false_alarm_rate, "share of other examples accepted"),
                               field("miss_rate", &CurvePoint::miss_rate, "share of the class's examples not accepted"));
    }
};

/// The DET curve of class `index` (its ROC curve is 1 - miss_rate over false_alarm_rate), by falling threshold, from "nothing accepted" to
/// "all accepted", thinned evenly to at most `most_points`. Empty when the class or the rest has no example.
std::vector<CurvePoint> det_curve(std::span<const float> probabilities, std::span<const int> truth, std::size_t classes, std::size_t index,
                                  std::size_t most_points = 200);

}  // namespace mote::learn
