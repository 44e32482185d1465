using System.Diagnostics.CodeAnalysis;
using Homer.Engine.Calibration;
using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Generation;
using Homer.Engine.Locations;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Engine.Reading.Leaves;
using Homer.Engine.Tokenizers;
using Homer.Kernels.Devices;

namespace Homer.Engine;

/// <summary>
/// A model with its tokenizer, calibration table and device, ready to read documents and answer questions: the entry point of the library.
/// Several threads may use it: readings and the pieces of answers then take turns.
/// </summary>
/// <example><code>
/// using var homer = HomerEngine.Load("models/homer-mini");
/// Console.WriteLine(homer.Ask(File.ReadAllText("chronicle.txt"), "What is the pass key?"));
/// </code></example>
public sealed class HomerEngine : IDisposable
{
    private readonly ComputeDevice device;
    private readonly KeptDocument kept = new();
    private readonly Lazy<ITokenizer> tokenizer;
    private readonly string path;
    private bool isTableChecked;
    private int? thinkingBudget;
    private ModelPrompt? prompt;

    private HomerEngine(
        string folder, ComputeDevice device, Lazy<ITokenizer> tokenizer, CalibrationTable? calibration, TransformerModel model)
    {
        this.device = device;
        Name = ModelPath.NameOf(folder);
        this.tokenizer = tokenizer;
        path = folder;
        Template = PromptTemplate.Read(folder);
        Calibration = calibration;
        Model = model;
    }

    /// <summary>The name of the model's folder or file, or that in the Hugging Face hub for a model in its cache.</summary>
    public string Name { get; }

    /// <summary>The full path of the model's folder or file.</summary>
    internal string Folder => FileTrouble.FullPath(path);

    /// <summary>The model.</summary>
    public TransformerModel Model { get; }

    /// <summary>The tokenizer.</summary>
    /// <exception cref="HomerException">The model is a GGUF file with no tokenizer, or one that Homer cannot read.</exception>
    public ITokenizer Tokenizer => tokenizer.Value;

    /// <summary>The words around documents and questions; a model with a chat template takes its own: see <see cref="Prompt"/>.</summary>
    public PromptTemplate Template { get; }

    /// <summary>The prompts of documents and questions, in tokens.</summary>
    /// <exception cref="HomerException">A file is broken, or there is no tokenizer.</exception>
    public ModelPrompt Prompt => prompt ??= ModelPrompt.Read(path, Tokenizer, thinkingBudget);

    /// <summary>The most tokens that the model may think before an answer, 0 for none; null for the model's own way.</summary>
    public int? ThinkingBudget
    {
        get => thinkingBudget;
        set => (thinkingBudget, prompt) = (value, null);
    }

    /// <summary>Receives sentences that warn of what could not be checked; null where nobody wants them.</summary>
    public Action<string>? Warn { get; set; }

    /// <summary>
    /// Whether <see cref="Ask"/> keeps the document of its last question with its leaves, in at most a quarter of the free memory (<see
    /// cref="LeafStore.Automatic"/>); true unless it is set. False frees them.
    /// </summary>
    public bool KeepsLeaves
    {
        get;
        set
        {
            field = value;
            if (!value)
                kept.Clear();
        }
    }
= true;

    /// <summary>The calibration table; null where none was given and the folder has none.</summary>
    public CalibrationTable? Calibration { get; }

    /// <summary>
    /// Loads a model and opens a device. The model is a folder in Hugging Face layout, a GGUF file, or the name of one that is in the cache
    /// of the Hugging Face hub, such as <c>HuggingFaceTB/SmolLM2-135M-Instruct</c>; nothing is fetched.
    /// </summary>
    /// <param name="folder">The folder, the file or the name.</param>
    /// <param name="device">As in <see cref="DeviceCatalog.Open"/>: <c>auto</c>, <c>cpu</c>, <c>cuda:1</c>, <c>opencl</c> …</param>
    /// <param name="calibration">A calibration table to use instead of the folder's own.</param>
    /// <param name="weights">The precision in which the model's matrices are held.</param>
    /// <param name="activations">The precision in which tensor cores multiply activations.</param>
    /// <param name="cancellation">Stops between the steps of loading.</param>
    /// <exception cref="HomerException">The folder is incomplete or broken, or there is no such device.</exception>
    [RequiresUnreferencedCode(DeviceCatalog.NeedsReflection)]
    [RequiresDynamicCode(DeviceCatalog.NeedsReflection)]
    public static HomerEngine Load(
        string folder, string device = "auto", string? calibration = null, WeightPrecision weights = WeightPrecision.Stored,
        ActivationPrecision activations = ActivationPrecision.Full, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(device);
        cancellation.ThrowIfCancellationRequested();
        folder = ModelPath.Resolve(folder);
        ModelFolder.Require(folder);
        // Opening a device mostly waits for the compiler, so the tokenizer is loaded meanwhile.
        Task<ITokenizer> tokenizer = Task.Run(() => TokenizerLoader.Load(folder));
        ComputeDevice opened = DeviceCatalog.Open(device);
        TransformerModel? model = null;
        try
        {
            // A file without a tokenizer still runs on token ids.
            if (!ModelFolder.IsFile(folder))
                tokenizer.WaitAsync(cancellation).GetAwaiter().GetResult();
            var loaded = new Lazy<ITokenizer>(() => tokenizer.GetAwaiter().GetResult());
            var table = CalibrationTable.Of(folder, calibration);
            model = TransformerModel.Load(folder, opened, weights, activations, cancellation);
            if (tokenizer.IsCompletedSuccessfully)
                model.Tokenizer = tokenizer.Result;
            return new(folder, opened, loaded, table, model);
        }
        catch
        {
            model?.Dispose();
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Encodes instructions, a document and a question; the first token of the instructions begins a sequence.</summary>
    /// <param name="prefix">The instructions.</param>
    /// <param name="document">The document.</param>
    /// <param name="suffix">The question.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public ContextInput Encode(string prefix, string document, string suffix, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(suffix);
        return new(
            Tokenizer.Encode(prefix, beginOfSequence: true, cancellation),
            Tokenizer.Encode(document, beginOfSequence: false, cancellation),
            Tokenizer.Encode(suffix, beginOfSequence: false, cancellation));
    }

    /// <summary>Encodes a document and a question about it, with the words or messages that the model knows.</summary>
    /// <param name="document">The document.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The question is empty, or the model's chat template cannot be used.</exception>
    public ContextInput Encode(string document, string question, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(question);
        return Prompt.Encode(document, question, cancellation: cancellation);
    }

    /// <summary>Creates the request of a reading.</summary>
    /// <param name="input">The input.</param>
    /// <param name="newTokens">The number of tokens that the context must have room for beyond the input.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    public ContextRequest Request(ContextInput input, int newTokens = 128, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(Model, input) { NewTokens = newTokens, Cancellation = cancellation };
    }

    /// <summary>Returns hierarchical merging with the model's calibration table.</summary>
    /// <param name="options">The settings; null for those of <see cref="ModelPrompt.Preset"/>.</param>
    public HomerMethod Merging(HomerOptions? options = null) => (HomerMethod)Calibrated(new HomerMethod(options ?? Prompt.Preset));

    /// <summary>Returns a method with the model's calibration table, if it uses one.</summary>
    /// <exception cref="HomerException">The table was measured on another model.</exception>
    public IContextMethod Calibrated(IContextMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method is not ICalibratedMethod calibrated)
            return method;
        return calibrated.WithCalibration(CheckedTable());
    }

    /// <summary>
    /// Returns the least share of a question that a passage must supply to answer it (<see cref="RecallSettings.Evidence"/>), as it was
    /// learned of the model; null where it was not.
    /// </summary>
    /// <param name="method">The method that reads: its own table counts before that of the model; null for that of the model.</param>
    /// <exception cref="HomerException">The table was measured on another model.</exception>
    public double? LeastEvidence(IContextMethod? method = null) =>
        ((method as ICalibratedMethod)?.Calibration ?? CheckedTable())?.Recall?.Evidence;

    /// <summary>Reads an input by hierarchical merging.</summary>
    /// <param name="input">The input.</param>
    /// <param name="options">The settings; null for the best.</param>
    /// <param name="newTokens">The number of tokens that the context must have room for beyond the input.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The input or the settings are impossible, or memory does not suffice.</exception>
    public KvContext Read(
        ContextInput input, HomerOptions? options = null, int newTokens = 128, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Gate.Run(() => new DocumentReader(Merging(options), Request(input, newTokens, cancellation)).Read(), cancellation);
    }

    /// <summary>
    /// Answers a question about a document of any length, reading it again where the model is unsure. What does not depend on the question
    /// is kept until another document is asked about (<see cref="KeepsLeaves"/>), so that a further question about the same document reads
    /// little more than itself. Questions do not see each other; for that there is <see cref="Conversation"/>.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="question">The question.</param>
    /// <param name="options">The settings of the answer.</param>
    /// <param name="cancellation">Stops the work soon.</param>
    /// <exception cref="HomerException">The question is empty, or memory does not suffice.</exception>
    public string Ask(string document, string question, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(question);
        ObjectDisposedException.ThrowIf(Gate.IsClosed, this);
        AskedDocument asked = kept.Take(document)
            ?? new(document, new(this, document, KeepsLeaves ? null : _ => null, cancellation));
        try
        {
            return string.Concat(asked.Conversation.AskAside(question, options, cancellation)).Trim();
        }
        finally
        {
            if (KeepsLeaves)
                kept.Put(asked);
            else
                asked.Dispose();
        }
    }

    /// <summary>Continues a context as text, which arrives in pieces of whole characters.</summary>
    /// <param name="context">The context; must have room for the new tokens.</param>
    /// <param name="options">The settings.</param>
    /// <param name="history">The last tokens of the input, for the repetition penalty.</param>
    /// <param name="rereading">Reads again for tokens that the model is unsure of; the context is then freed and replaced.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public Continuation Continue(
        KvContext context, GenerationOptions options, IEnumerable<int>? history = null, IRereading? rereading = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        return new Continuation(Model, Tokenizer, context, options, history, rereading, cancellation).Through(
            pieces => Gate.Each(pieces, cancellation));
    }

    private CalibrationTable? CheckedTable()
    {
        if (!isTableChecked && Calibration?.RequireOf(Model) is { } warning)
            Warn?.Invoke(warning);
        isTableChecked = true;
        return Calibration;
    }

    /// <summary>The document that <see cref="Ask"/> keeps.</summary>
    internal KeptDocument Kept => kept;

    /// <summary>The gate that lets one thread at a time use the engine.</summary>
    internal EngineGate Gate { get; } = new();

    /// <summary>
    /// Frees the model and closes the device, once no other thread is inside; whoever comes later gets an
    /// <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose() => Gate.Close(() =>
    {
        kept.Close();
        // First nothing may run any more: a reader that was not started through the engine does not wait at the gate.
        device.Stop();
        Model.Dispose();
        device.Dispose();
    });
}
