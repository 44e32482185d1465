namespace Homer.Training.Network;

/// <summary>Parameters before training: normally distributed, each matrix by its inputs, and less where a layer adds to the hidden states.</summary>
internal static class ParameterStart
{
    private const double Embedding = 0.5, Head = 0.5, Ahead = 0.2, Inner = 0.8;

    /// <summary>Fills the parameters.</summary>
    public static void Fill(ParameterLayout layout, FloatBlock parameters, int seed)
    {
        var random = new Random(seed);
        double residual = 1 / Math.Sqrt(2.0 * layout.Config.Layers);
        foreach (ParameterTensor tensor in layout.Tensors)
        {
            Span<float> values = LayerPass.Of(parameters, tensor);
            if (tensor.IsNorm)
            {
                values.Fill(1);
                continue;
            }

            double inputs = 1 / Math.Sqrt(tensor.Columns);
            double deviation = tensor == layout.Embedding ? Embedding
                : tensor == layout.Head ? Head * inputs
                : layout.Ahead.Contains(tensor) ? Ahead * inputs
                : layout.Layers.Any(layer => layer.Output == tensor || layer.Down == tensor) ? Inner * residual * inputs
                : Inner * inputs;
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(deviation * Normal(random));
        }
    }

    /// <summary>Box and Muller's way (1958, doi 10.1214/aoms/1177706645).</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
