// The members of a plain struct, visited in order: how a block's device configuration is written as an initialiser without naming each
// member a second time.
#pragma once

#include <cstddef>
#include <utility>

namespace mote::dsp {

namespace detail {

struct Any {
    template <class T>
    operator T() const;
};

template <class T, std::size_t... I>
constexpr bool initialised_by(std::index_sequence<I...>) {
    return requires { T{((void)I, Any{})...}; };
}

template <class T, std::size_t N = 16>
constexpr std::size_t member_count() {
    static_assert(N > 0, "not an aggregate of 1 to 16 members");
    if constexpr (initialised_by<T>(std::make_index_sequence<N>{}))
        return N;
    else
        return member_count<T, N - 1>();
}

}  // namespace detail

/// Calls visit(member) for each member of an aggregate of up to 16 members (no bases, no C arrays).
template <class T, class Visit>
void for_each_member(const T& value, Visit&& visit) {
    const auto all = [&](const auto&... members) { (visit(members), ...); };
    constexpr std::size_t n = detail::member_count<T>();
    static_assert(n <= 12, "add a case");
    // clang-format off
    if constexpr (n == 1) { const auto& [a] = value; all(a); }
    else if constexpr (n == 2) { const auto& [a, b] = value; all(a, b); }
    else if constexpr (n == 3) { const auto& [a, b, c] = value; all(a, b, c); }
    else if constexpr (n == 4) { const auto& [a, b, c, d] = value; all(a, b, c, d); }
    else if constexpr (n == 5) { const auto& [a, b, c, d, e] = value; all(a, b, c, d, e); }
    else if constexpr (n == 6) { const auto& [a, b, c, d, e, f] = value; all(a, b, c, d, e, f); }
    else if constexpr (n == 7) { const auto& [a, b, c, d, e, f, g] = value; all(a, b, c, d, e, f, g); }
    else if constexpr (n == 8) { const auto& [a, b, c, d, e, f, g, h] = value; all(a, b, c, d, e, f, g, h); }
    else if constexpr (n == 9) { const auto& [a, b, c, d, e, f, g, h, i] = value; all(a, b, c, d, e, f, g, h, i); }
    else if constexpr (n == 10) { const auto& [a, b, c, d, e, f, g, h, i, j] = value; all(a, b, c, d, e, f, g, h, i, j); }
    else if constexpr (n == 11) { const auto& [a, b, c, d, e, f, g, h, i, j, k] = value; all(a, b, c, d, e, f, g, h, i, j, k); }
    else { const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value; all(a, b, c, d, e, f, g, h, i, j, k, l); }
    // clang-format on
}

}  // namespace mote::dsp
