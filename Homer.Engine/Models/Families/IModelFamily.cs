namespace Homer.Engine.Models.Families;

/// <summary>
/// A family of models that Homer runs: the classes that it answers for, and how its config.json reads. See docs/adding-a-model.md.
/// </summary>
internal interface IModelFamily
{
    /// <summary>The name, for people.</summary>
    string Name { get; }

    /// <summary>The class that <c>architectures</c> names.</summary>
    string Architecture { get; }

    /// <summary>The name that <c>model_type</c> gives, where a file has no architecture.</summary>
    string ModelType { get; }

    /// <summary>Reads the settings. Keys that are not read and look as if they mattered are refused afterwards.</summary>
    /// <exception cref="HomerException">A setting is missing, broken, or not one that Homer can run.</exception>
    ModelConfig Read(ConfigReader json);
}
