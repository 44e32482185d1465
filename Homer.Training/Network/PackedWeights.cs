namespace Homer.Training.Network;

/// <summary>All matrices of a model in the two forms that products need, packed anew for every step.</summary>
internal sealed unsafe class PackedWeights(ParameterLayout layout) : IDisposable
{
    private readonly FloatBlock forward = new(layout.Length);
    private readonly FloatBlock backward = new(layout.Length);

    /// <summary>Packs a worker's share of the matrices.</summary>
    public void Pack(FloatBlock parameters, int worker, int workers)
    {
        for (int i = worker; i < layout.Tensors.Count; i += workers)
        {
            ParameterTensor tensor = layout.Tensors[i];
            if (tensor.IsNorm || tensor == layout.Embedding)
                continue;
            float* source = parameters.Pointer + tensor.Offset;
            Products.Best.PackRows(source, tensor.Columns, tensor.Rows, tensor.Columns, forward.Pointer + tensor.Offset);
            Products.Best.PackColumns(source, tensor.Columns, tensor.Rows, tensor.Columns, backward.Pointer + tensor.Offset);
        }
    }

    /// <summary>y = (or +=) x·wᵀ, x [rows, columns of w].</summary>
    public void Forward(ParameterTensor w, float* x, float* y, int rows, bool add = false) =>
        Products.Best.Multiply(x, w.Columns, forward.Pointer + w.Offset, w.Columns, w.Columns, y, w.Rows, rows, w.Rows, add);

    /// <summary>dx = (or +=) dy·w, dy [rows, rows of w].</summary>
    public void Backward(ParameterTensor w, float* dy, float* dx, int rows, bool add = false) =>
        Products.Best.Multiply(dy, w.Rows, backward.Pointer + w.Offset, w.Rows, w.Rows, dx, w.Columns, rows, w.Columns, add);

    public void Dispose()
    {
        forward.Dispose();
        backward.Dispose();
    }
}
