namespace Homer.Training.Network;

/// <summary>
/// The parameters before training: norms are 1; matrices are normally distributed with a deviation that depends on their inputs, and is
/// smaller where a layer adds to the hidden states.
/// </summary>
internal static class ParameterInitialization
{
    private const double Embedding = 0.5;
    private const double Head = 0.5;
    private const double ExtraHead = 0.2;
    private const double Inner = 0.8;

    /// <summary>Fills the parameters; a seed always gives the same ones.</summary>
    public static void Fill(ParameterLayout layout, FloatBlock parameters, int seed)
    {
        var random = new Random(seed);
        double residual = 1 / Math.Sqrt(2.0 * layout.Config.Layers);
        foreach (ParameterTensor tensor in layout.Tensors)
        {
            Span<float> values = parameters.Of(tensor);
            if (tensor.IsNorm)
            {
                values.Fill(1);
                continue;
            }

            double inputs = 1 / Math.Sqrt(tensor.Columns);
            double deviation = tensor == layout.Embedding ? Embedding
                : tensor == layout.Head ? Head * inputs
                : layout.ExtraHeads.Contains(tensor) ? ExtraHead * inputs
                : layout.Layers.Any(layer => layer.Output == tensor || layer.Down == tensor) ? Inner * residual * inputs
                : Inner * inputs;
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(deviation * Normal(random));
        }
    }

    /// <summary>Draws a normally distributed number with the Box-Muller transform (1958, doi 10.1214/aoms/1177706645).</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
