package dev.rote.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Copies that are collected and then made together. A network has a hundred gradients of a few
 * thousand numbers, and a GPU takes longer to launch a copy than to make it.
 */
final class Copies implements AutoCloseable {
  private record Copy(Tensor target, Tensor source) {}

  private final Map<ScalarType, List<Copy>> copies = new LinkedHashMap<>();

  /** Puts one off. The source must not change before {@link #make}; its handle alone may go. */
  void add(Tensor target, Tensor source) {
    // Copies the handle, which must outlive the scope and the tuple of the source.
    Tensor own = new Tensor(source);
    own.retainReference();
    copies
        .computeIfAbsent(source.scalar_type().intern(), type -> new ArrayList<>())
        .add(new Copy(target, own));
  }

  /** Makes them; none is left. */
  void make() {
    copies.values().forEach(Copies::make);
    close();
  }

  /** Lets go of those that were not made. */
  @Override
  public void close() {
    copies.values().forEach(alike -> alike.forEach(copy -> copy.source.releaseReference()));
    copies.clear();
  }

  /** Makes the copies, those between the same types in one call. */
  private static void make(List<Copy> alike) {
    TensorVector targets = new TensorVector();
    TensorVector sources = new TensorVector();
    for (Copy copy : alike) {
      targets.push_back(copy.target);
      sources.push_back(copy.source);
    }
    // _foreach_copy_ has no Java method. Arguments: targets, sources, whether not to wait.
    IValueVector arguments = new IValueVector(list(targets), list(sources), new IValue(true));
    Dispatcher dispatcher = Dispatcher.singleton();
    dispatcher.callBoxed(dispatcher.findSchemaOrThrow("aten::_foreach_copy_", ""), arguments);
  }

  /** Returns tensors as a list, whose element type C++ needs to know. */
  private static IValue list(TensorVector tensors) {
    return new IValue(new GenericList(new TensorList(tensors)));
  }
}
