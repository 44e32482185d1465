using Homer.Kernels.MatMul.Cpu;

namespace Homer.Training.Network;

/// <summary>All matrices of a model, packed for products with themselves and with their transposes; packed again in every step.</summary>
internal sealed unsafe class PackedWeights(ParameterLayout layout) : IDisposable
{
    private readonly FloatBlock transposed = new(layout.Length);
    private readonly FloatBlock plain = new(layout.Length);

    /// <summary>Packs one worker's share of the matrices.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="worker">The index of the worker.</param>
    /// <param name="workers">The number of workers.</param>
    public void Pack(FloatBlock parameters, int worker, int workers)
    {
        for (int i = worker; i < layout.Tensors.Count; i += workers)
        {
            ParameterTensor tensor = layout.Tensors[i];
            if (tensor.IsNorm || tensor == layout.Embedding)
                continue;
            var source = new StridedMatrix(parameters.Pointer + tensor.Offset, tensor.Columns);
            PackedGemm.Best.PackTransposed(source, tensor.Rows, tensor.Columns, transposed.Pointer + tensor.Offset);
            PackedGemm.Best.Pack(source, tensor.Rows, tensor.Columns, plain.Pointer + tensor.Offset);
        }
    }

    /// <summary>Computes y = (or +=) x·wᵀ.</summary>
    /// <param name="w">The matrix [outputs, inputs].</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="y">[rows, outputs].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="add">True to add to y, false to replace it.</param>
    public void Forward(ParameterTensor w, float* x, float* y, int rows, bool add = false) => PackedGemm.Best.Multiply(
        new(x, w.Columns), new(transposed.Pointer + w.Offset, w.Columns), new(y, w.Rows), rows, w.Columns, w.Rows, add);

    /// <summary>Computes dx = (or +=) dy·w.</summary>
    /// <param name="w">The matrix [outputs, inputs].</param>
    /// <param name="dy">[rows, outputs].</param>
    /// <param name="dx">[rows, inputs].</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="add">True to add to dx, false to replace it.</param>
    public void Backward(ParameterTensor w, float* dy, float* dx, int rows, bool add = false) => PackedGemm.Best.Multiply(
        new(dy, w.Rows), new(plain.Pointer + w.Offset, w.Rows), new(dx, w.Columns), rows, w.Rows, w.Columns, add);

    public void Dispose()
    {
        transposed.Dispose();
        plain.Dispose();
    }
}
