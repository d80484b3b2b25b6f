// One visitor made of several lambdas: std::visit(Overloaded{[](A) {...}, [](B) {...}}, variant).
#pragma once

namespace pxe {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // clang 14 still needs it said

}  // namespace pxe
